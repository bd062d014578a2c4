"""A deployment's reports, as goals need them: closed hours are counted once, periods from the newest one on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fairlead_contracts.objectives import Accuracy, Custom, Drift, Errors, Latency, Missing
from fairlead_contracts.operations.monitor import GetHealth, HealthReport

from fairlead_monitor.goals.rates import HOUR, Counted, Counts

CLOSED_AFTER = 2 * HOUR
"""Telemetry of an hour that comes later than this changes no budget any more; reports still count it."""
Health = Callable[[GetHealth], HealthReport]
Periodic = Accuracy | Drift | Missing | Custom


@dataclass(frozen=True)
class Of:
    """What is measured: a deployment, or one version in it."""

    project: str
    deployment: str
    version: int | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The same as a report's request has it."""
        return {"project": self.project, "deployment": self.deployment, "version": self.version}


class Requests:
    """Requests of any window: whole hours that are closed are remembered, so a month costs no more than an hour."""

    def __init__(self, health: Health, now: Callable[[], datetime]) -> None:
        self._health, self._now = health, now
        self._closed: dict[tuple[Of, float, str, datetime], Counts] = {}

    def counted(self, objective: Latency | Errors, of: Of) -> Counted:
        """How many requests a window has, and how many of them are bad by this objective."""

        def count(start: datetime, end: datetime) -> Counts:
            if end - start <= HOUR:
                return self._fresh(objective, of, start, end)
            hours = [self._hour(objective, of, each) for each in _hours(start, end)]
            return Counts(sum(each.total for each in hours), sum(each.bad for each in hours))

        return count

    def forget(self, before: datetime) -> None:
        """Let go of hours that no budget reaches any more."""
        self._closed = {key: counts for key, counts in self._closed.items() if key[3] >= before}

    def _hour(self, objective: Latency | Errors, of: Of, start: datetime) -> Counts:
        slow = objective.under_ms if isinstance(objective, Latency) else 0.0
        fault = "" if isinstance(objective, Latency) else objective.fault
        key = (of, slow, fault, start)
        if key in self._closed:
            return self._closed[key]
        counts = self._fresh(objective, of, start, start + HOUR)
        if start + HOUR + CLOSED_AFTER <= self._now():
            self._closed[key] = counts
        return counts

    def _fresh(self, objective: Latency | Errors, of: Of, start: datetime, end: datetime) -> Counts:
        slow = objective.under_ms if isinstance(objective, Latency) else None
        merged = self._health(GetHealth(**of.fields, start=start, end=end, slow_ms=slow)).merged
        if isinstance(objective, Latency):
            return Counts(merged.requests, merged.slow or 0)
        bad = merged.server_errors + (merged.client_errors if objective.fault == "any" else 0)
        return Counts(merged.requests, bad)


def _hours(start: datetime, end: datetime) -> list[datetime]:
    first = start.replace(minute=0, second=0, microsecond=0)
    return [first + place * HOUR for place in range(int((end - first) / HOUR) + 1)]


class Periods:
    """Reports by period, each from the newest period that told last time on: what is older decides nothing."""

    def __init__(self) -> None:
        self._told: dict[tuple[Periodic, Of], datetime] = {}

    def start(self, objective: Periodic, of: Of) -> datetime | None:
        """From where on to ask."""
        return self._told.get((objective, of))

    def note(self, objective: Periodic, of: Of, told: Iterable[datetime]) -> None:
        """Remember the newest of the periods that had enough to tell."""
        newest = max(told, default=None)
        if newest is not None:
            self._told[objective, of] = newest
