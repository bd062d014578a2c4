"""From a goal and its measurements to what a look says: pure, so every copy says the same of the same data."""

from datetime import datetime
from typing import Protocol

from fairlead_contracts.objectives import Accuracy, Custom, Drift, Errors, Goal, Latency, Missing
from fairlead_contracts.operations.goals import Look
from fairlead_contracts.operations.metrics import MetricReport
from fairlead_contracts.operations.monitor import AccuracyReport, DriftReport

from fairlead_monitor.goals import lines, rates


class Measures(Protocol):
    """The reports of one deployment, of as many periods as the objective needs."""

    def counted(self, objective: Latency | Errors) -> rates.Counted: ...
    def accuracy(self, objective: Accuracy) -> AccuracyReport: ...
    def drift(self, objective: Drift | Missing) -> DriftReport: ...
    def custom(self, objective: Custom) -> MetricReport: ...


def look(goal: Goal, measures: Measures, now: datetime) -> Look:
    """How the goal stands at this moment, by itself."""
    match goal.objective:
        case Latency() | Errors() as rate:
            return rates.judge(rate, measures.counted(rate), now)
        case Accuracy() as wanted:
            return lines.accuracy(wanted, measures.accuracy(wanted))
        case Drift() as wanted:
            return lines.drift(wanted, measures.drift(wanted))
        case Missing() as wanted:
            return lines.missing(wanted, measures.drift(wanted))
        case Custom() as wanted:
            return lines.custom(wanted, measures.custom(wanted), now)
