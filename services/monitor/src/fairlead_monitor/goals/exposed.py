"""How goals stand, for Prometheus: of the goals that this copy looks at, so copies side by side show each goal once."""

from collections.abc import Iterable
from typing import get_args

from fairlead_contracts.objectives import Status
from fairlead_contracts.operations.goals import Look
from prometheus_client import Counter, Gauge

from fairlead_monitor.goals.view import Declared

_GOAL = ("project", "deployment", "goal")
STATUS = Gauge("fairlead_goal_status", "1 for the status that a goal has by the ledger, 0 for the others",
               [*_GOAL, "status"])  # fmt: skip
VALUE = Gauge("fairlead_goal_value", "What the newest look at a goal measured, in the unit of its objective", _GOAL)
CHANGES = Counter("fairlead_goal_changes", "Statuses of goals that this copy changed on the ledger", [*_GOAL, "status"])


def expose(goals: Iterable[tuple[Declared, Status, Look | None]]) -> None:
    """Show these goals and no others: what was removed, or is another copy's now, is gone from the next scrape."""
    STATUS.clear()
    VALUE.clear()
    for goal, status, look in goals:
        names = (goal.project, goal.deployment, goal.goal.name)
        for each in get_args(Status):
            STATUS.labels(*names, each).set(each == status)
        if look is not None and look.value is not None:
            VALUE.labels(*names).set(look.value)


def count_change(goal: Declared, status: Status) -> None:
    """Count a change of a status."""
    CHANGES.labels(goal.project, goal.deployment, goal.goal.name, status).inc()
