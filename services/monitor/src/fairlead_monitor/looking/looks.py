"""From settings to a look: how sure it must be, what it goes by, whether it is a watch."""

from typing import get_args

import fairlead_drift as drift
from fairlead_contracts.facts.monitoring import DAYS_A_MONTH, Monitoring
from fairlead_contracts.operations.monitor import Grain

_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": DAYS_A_MONTH}


def level(settings: Monitoring, by: str) -> float:
    """The level of one look when there is one each hour, day, week or month. A watch, and `all`, are looks once."""
    if settings.false_pages is None:
        return drift.LEVEL
    budget = drift.Budget(settings.false_pages, settings.in_days)
    once = settings.watch_from is not None or by == "all"
    return budget.level(1.0 if once else max(settings.in_days / _DAYS[by], 1.0))


def levels(settings: Monitoring) -> dict[str, float]:
    """The level at each grain."""
    return {grain: level(settings, grain) for grain in get_args(Grain)}


def look(settings: Monitoring, by: str, detector: str | None = None, budget: bool = True) -> drift.Look:
    """How a report of this grain is judged. Raises: DetectorError for an unknown detector.

    Without `budget` each period is judged alone, at 5 %.
    """
    own = detector is None or detector == settings.detector
    return drift.Look.by(
        detector or settings.detector,
        effect_line=settings.effect_line if own else None,
        level=level(settings, by) if budget else drift.LEVEL,
        anytime=budget and settings.watch_from is not None,
    )
