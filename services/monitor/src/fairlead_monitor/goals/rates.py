"""Rates of requests against a budget: how fast it burns, over several windows at once.

Source: Beyer et al. (2018), The Site Reliability Workbook, chapter 5, "Alerting on SLOs", multiwindow multi-burn-rate
alerts (table 5-8). A window burns at rate 1 when it spends the budget evenly over the whole period. An alarm takes a
long window, so that a blip is none, and a short one of the same rate, so that it ends soon after its cause.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fairlead_contracts.objectives import Errors, Latency
from fairlead_contracts.operations.goals import Look

HOUR = timedelta(hours=1)
RECENT = timedelta(hours=6)


@dataclass(frozen=True)
class Counts:
    """Requests of a window, and how many of them were bad."""

    total: int
    bad: int

    @property
    def share(self) -> float:
        """The bad ones' share, in [0, 1]; 0 without requests."""
        return self.bad / self.total if self.total else 0.0


Counted = Callable[[datetime, datetime], Counts]


@dataclass(frozen=True)
class Tier:
    """Spending `spent` of the budget within `long` is reported, while `short` burns as fast."""

    spent: float
    long: timedelta
    short: timedelta


PAGES = (
    Tier(0.02, HOUR, timedelta(minutes=5)),
    Tier(0.05, RECENT, timedelta(minutes=30)),
)
TICKETS = (Tier(0.10, timedelta(days=3), RECENT),)


def judge(objective: Latency | Errors, counted: Counted, now: datetime) -> Look:
    """Failing when a page's windows burn, or the budget is gone and still burns; at risk by a ticket's, or when gone.

    A rate that no traffic can reach (14.4 times a budget of 10 % is over 100 %) alarms nobody; the longer windows do.
    """
    period = timedelta(days=objective.budget_days)
    whole = counted(now - period, now)
    if whole.total < objective.min_requests:
        reason = f"{whole.total} requests in {_long(period)}, fewer than the {objective.min_requests} that are needed"
        return Look(status="unknown", reason=reason)
    told = f"{_bad(objective, whole)} in {_long(period)}: {_percent(whole.share / _budget(objective))} of the budget"
    value, gone = _value(objective, whole), whole.share > _budget(objective)
    if paged := _burning(objective, PAGES, counted, now):
        return Look(status="failing", reason=paged, value=value)
    if gone and _burns_on(objective, counted(now - min(RECENT, period), now)):
        return Look(status="failing", reason=f"{told}, which is used up and still burns", value=value)
    if ticket := _burning(objective, TICKETS, counted, now):
        return Look(status="at risk", reason=ticket, value=value)
    return Look(
        status="at risk" if gone else "passing", reason=f"{told}, which is used up" if gone else told, value=value
    )


def _burning(objective: Latency | Errors, tiers: Sequence[Tier], counted: Counted, now: datetime) -> str | None:
    period, budget = timedelta(days=objective.budget_days), _budget(objective)
    for tier in tiers:
        line = max(1.0, tier.spent * (period / tier.long))
        if tier.long > period or line * budget > 1.0:
            continue
        long, short = counted(now - tier.long, now), counted(now - tier.short, now)
        if long.total >= objective.min_requests and min(long.share, short.share) / budget >= line:
            reason = (
                f"{_bad(objective, long)} in {_long(tier.long)}: {long.share / budget:.1f} times what the budget of"
            )
            return f"{reason} {_percent(budget)} over {_long(period)} bears (line {line:.1f})"
    return None


def _burns_on(objective: Latency | Errors, recent: Counts) -> bool:
    return recent.total >= objective.min_requests and recent.share > _budget(objective)


def _budget(objective: Latency | Errors) -> float:
    return 1.0 - objective.share if isinstance(objective, Latency) else objective.at_most


def _value(objective: Latency | Errors, whole: Counts) -> float:
    return 1.0 - whole.share if isinstance(objective, Latency) else whole.share


def _bad(objective: Latency | Errors, counts: Counts) -> str:
    what = f"took over {objective.under_ms:g} ms" if isinstance(objective, Latency) else "failed"
    return f"{counts.bad} of {counts.total} requests {what}"


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"


def _long(span: timedelta) -> str:
    hours = round(span / HOUR)
    return f"{hours // 24} days" if hours >= 48 else "one hour" if hours == 1 else f"{hours} hours"
