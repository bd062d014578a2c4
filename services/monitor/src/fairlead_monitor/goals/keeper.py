"""The keeper: looks at every goal again and again, from scratch, and records when a status has changed for good."""

import sqlite3
import time
from datetime import datetime

import structlog
from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import FairleadError, NotFoundError
from fairlead_contracts.objectives import Status
from fairlead_contracts.operations.goals import JUDGE_GOAL, JudgeGoal, Look
from fairlead_contracts.values import now
from fairlead_drift import BaselineError, ProfileError

from fairlead_monitor.goals.exposed import count_change, expose
from fairlead_monitor.goals.reading import Reading
from fairlead_monitor.goals.standing import Standing, seen
from fairlead_monitor.goals.view import Declared
from fairlead_monitor.partitions.places import partition_of
from fairlead_monitor.view import MonitorView

log = structlog.get_logger()
EVERY = 10.0
SHARE = 20.0
"""A look that took t seconds is followed by a rest of at least 20 t: goals cost at most a twentieth of a core."""


async def keep_goals(chassis: Chassis) -> None:
    """Look until cancelled."""
    keeper: Keeper = chassis.own.keeper
    while True:
        began = time.monotonic()
        await keeper.look(now())
        rest = max(EVERY, SHARE * (time.monotonic() - began))
        await _rest(chassis, keeper, rest)


async def _rest(chassis: Chassis, keeper: "Keeper", rest: float) -> None:
    # A goal that was just declared is looked at now; what else comes onto the ledger wakes nobody up for long.
    until = time.monotonic() + rest
    while (left := until - time.monotonic()) > 0 and not keeper.has_news():
        await chassis.view.changed(left)


class Keeper:
    """What one copy of the monitor remembers between its looks; losing it only makes the next change wait anew."""

    def __init__(self, chassis: Chassis) -> None:
        self._chassis = chassis
        self._standings: dict[tuple[str, str, str, int], Standing] = {}
        self._readings: dict[tuple[str, str], Reading] = {}

    def has_news(self) -> bool:
        """Whether there is a goal that was never looked at."""
        return any(each.key not in self._standings for each in self._goals())

    def reading(self, project: str, deployment: str) -> Reading:
        """The measurements of a deployment, kept between looks."""
        return self._readings.setdefault((project, deployment), Reading(self._chassis, project, deployment))

    async def look(self, moment: datetime) -> None:
        """Look at every goal once."""
        goals = self._goals()
        self._standings = {each.key: self._standings.get(each.key, Standing()) for each in goals}
        shown: list[tuple[Declared, Status, Look | None]] = []
        for goal in goals:
            try:
                looked = await self.reading(goal.project, goal.deployment).look(goal.goal, moment)
                await self._one(goal, looked, moment)
                shown.append((goal, self._standings[goal.key].status, looked))
            except NotFoundError:
                continue  # it was removed while it was looked at
            except (FairleadError, BaselineError, ProfileError, sqlite3.Error) as error:
                shown.append((goal, goal.status, None))
                log.warning("a goal waits", deployment=goal.deployment, goal=goal.goal.name, reason=str(error))
        expose(shown)

    async def _one(self, goal: Declared, looked: Look, moment: datetime) -> None:
        held = self._standings[goal.key]
        if held.status != goal.status:
            held = Standing(goal.status)
        self._standings[goal.key], changed = seen(held, looked, moment, goal.goal)
        if changed is not None:
            await self._record(goal, changed)

    async def _record(self, goal: Declared, looked: Look) -> None:
        champion = self._view.goals.champion(goal.project, goal.deployment)
        request = JudgeGoal(
            project=goal.project, deployment=goal.deployment, goal=goal.goal.name, declared=goal.declared,
            before=goal.status, status=looked.status, reason=looked.reason[:1000], value=looked.value,
            revision=champion.serving if champion else None,
        )  # fmt: skip
        answer = await self._chassis.change(JUDGE_GOAL, request, cause=goal.declared)
        self._standings[goal.key] = Standing(looked.status)
        if answer.changed:  # otherwise another copy was first, and counts it
            count_change(goal, looked.status)
        log.info("a goal's status changed", deployment=goal.deployment, goal=goal.goal.name, status=looked.status)

    def _goals(self) -> list[Declared]:
        goals, owning = self._view.goals, self._chassis.own.owning
        return [
            each
            for each in goals.goals()
            if goals.champion(each.project, each.deployment) is not None
            and owning.responsible(partition_of(each.project, each.deployment))
        ]

    @property
    def _view(self) -> MonitorView:
        view: MonitorView = self._chassis.part
        return view
