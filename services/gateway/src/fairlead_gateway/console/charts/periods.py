"""Periods in a row: how a report went over time, each a link to its own figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from fairlead_contracts.operations.monitor import DriftPeriod

SHOWN = 24


@dataclass(frozen=True)
class Column:
    """One period: its place in the report, and how many of its features drift."""

    place: int
    period: DriftPeriod
    drifting: int
    chosen: bool


def columns(periods: Sequence[DriftPeriod], chosen: int) -> tuple[Column, ...]:
    """The newest periods, oldest first."""
    made = [
        Column(place, each, sum(feature.status == "drifting" for feature in each.features), place == chosen)
        for place, each in enumerate(periods)
    ]
    return tuple(made[-SHOWN:])


def telling(periods: Sequence[DriftPeriod]) -> int:
    """The newest period whose rows say anything; the newest where none does."""
    judged = [place for place, each in enumerate(periods) if each.status != "unknown"]
    return judged[-1] if judged else len(periods) - 1
