"""Facts about goals: what was declared, how it stands, and the custom metrics that goals can stand on."""

from typing import Literal

from fairlead_contracts.facts import Fact
from fairlead_contracts.names import Name
from fairlead_contracts.objectives import Goal, Status
from fairlead_contracts.values import Decimal


class GoalSet(Fact):
    """A goal was declared, or another took its place."""

    type, kind = "goal_set", "goal"
    project: Name
    deployment: Name
    goal: Goal


class GoalRemoved(Fact):
    """A goal holds no longer."""

    type, kind = "goal_removed", "goal"
    project: Name
    deployment: Name
    goal: Name


class GoalJudged(Fact):
    """A goal's status changed. `declared`: the ledger sequence of the goal; `revision`: what served then."""

    type, kind = "goal_judged", "alert"
    project: Name
    deployment: Name
    goal: Name
    declared: int
    before: Status
    status: Status
    reason: str
    value: Decimal | None = None
    revision: int | None = None


class MetricDeclared(Fact):
    """A custom metric of a deployment was declared: how its values come together, and in which unit."""

    type, kind = "metric_declared", "goal"
    project: Name
    deployment: Name
    metric: Name
    aggregation: Literal["sum", "mean", "gauge"]
    unit: str = ""
    description: str = ""


class MetricRemoved(Fact):
    """A custom metric is no longer kept."""

    type, kind = "metric_removed", "goal"
    project: Name
    deployment: Name
    metric: Name
