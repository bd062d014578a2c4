"""Where a look gets its measurements from: the monitor's own reports, in a thread."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import TypeVar

from fairlead_chassis.chassis import Chassis
from fairlead_contracts.objectives import Accuracy, Custom, Drift, Errors, Goal, Latency, Missing
from fairlead_contracts.operations.goals import Look
from fairlead_contracts.operations.metrics import GetMetric, MetricReport
from fairlead_contracts.operations.monitor import (
    AccuracyReport,
    DriftReport,
    GetAccuracy,
    GetDrift,
    GetHealth,
    HealthReport,
)
from fairlead_contracts.values import now

from fairlead_monitor.archive.reading import Wanted, bring
from fairlead_monitor.archive.store import fetching
from fairlead_monitor.goals.judge import look
from fairlead_monitor.goals.measures import Of, Periodic, Periods, Requests
from fairlead_monitor.goals.rates import Counted
from fairlead_monitor.metrics import store as points
from fairlead_monitor.metrics.decisions import declared, shown
from fairlead_monitor.metrics.points import store_of
from fairlead_monitor.metrics.report import report as metric_report
from fairlead_monitor.partitions.places import partition_of
from fairlead_monitor.reports.accuracy import accuracy
from fairlead_monitor.reports.drift import drift_report
from fairlead_monitor.reports.health import health
from fairlead_monitor.reports.periods import span
from fairlead_monitor.reports.sources import baselines, cards

LONGEST = timedelta(days=91)
GOES_BACK = ("roll-back", "ask-approval")
ReplyT = TypeVar("ReplyT")


class Reading:
    """The measurements of one deployment's goals, kept between looks so that each costs only what is new."""

    def __init__(self, chassis: Chassis, project: str, deployment: str) -> None:
        self._chassis, self._project, self._deployment = chassis, project, deployment
        self._requests, self._periods = Requests(self._health, now), Periods()
        self._of = Of(project, deployment)
        self._loop, self._one_at_a_time = asyncio.get_running_loop(), asyncio.Lock()

    async def look(self, goal: Goal, moment: datetime) -> Look:
        """How a goal stands now. One that goes back looks at the version that serves alone, which it would blame."""
        champion = self._chassis.part.goals.champion(self._project, self._deployment)
        alone = champion.version if champion and goal.action in GOES_BACK else None
        async with self._one_at_a_time:
            self._of = Of(self._project, self._deployment, alone)
            self._requests.forget(moment - LONGEST)
            return await asyncio.to_thread(look, goal, self, moment)

    def counted(self, objective: Latency | Errors) -> Counted:
        return self._requests.counted(objective, self._of)

    def accuracy(self, objective: Accuracy) -> AccuracyReport:
        known = cards(self._project, self._chassis.part)
        asked = GetAccuracy(**self._of.fields, start=self._start(objective), by=objective.by)
        fetch, of = fetching(self._chassis.own.archive, self._loop), (self._project, self._deployment)

        def read(db: sqlite3.Connection) -> AccuracyReport:
            bring(db, of, Wanted(*span(asked.start, asked.end)), fetch)
            return accuracy(db, asked, known)

        report = self._windows(read)
        champions = [each for each in report.items if each.role == "champion"]
        self._note(objective, [each.start for each in champions if each.labelled >= objective.min_actuals])
        return report

    def drift(self, objective: Drift | Missing) -> DriftReport:
        asked = GetDrift(**self._of.fields, start=self._start(objective), by=objective.by)
        known = baselines(self._chassis.own.baselines, self._loop)
        settings = self._chassis.part.looking.of(self._project, self._deployment).settings
        report = self._windows(lambda db: drift_report(db, asked, known, settings))
        self._note(objective, [each.start for each in report.periods if each.rows >= objective.min_rows])
        return report

    def custom(self, objective: Custom) -> MetricReport:
        metric = shown(declared(self._chassis.part, self._project, self._deployment, objective.metric))
        asked = GetMetric(
            project=self._project, deployment=self._deployment, start=self._start(objective), metric=objective.metric,
            by=objective.by,
        )  # fmt: skip
        with closing(points.opened(store_of(self._chassis.home)).conn) as db:
            report = metric_report(db, asked, metric)
        self._note(objective, [each.start for each in report.periods if each.end <= now()])
        return report

    def _health(self, asked: GetHealth) -> HealthReport:
        return self._windows(lambda db: health(db, asked))

    def _windows(self, read: Callable[[sqlite3.Connection], ReplyT]) -> ReplyT:
        with self._chassis.own.files.reading(partition_of(self._project, self._deployment)) as db:
            return read(db)

    def _start(self, objective: Periodic) -> datetime | None:
        return self._periods.start(objective, self._of)

    def _note(self, objective: Periodic, told: list[datetime]) -> None:
        self._periods.note(objective, self._of, told)
