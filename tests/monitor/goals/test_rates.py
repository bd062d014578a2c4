"""Budgets burn as the SRE workbook has it: a blip is no alarm, an outage is one at once, and it ends soon after."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from fairlead_contracts.objectives import Errors, Latency
from fairlead_monitor.goals.rates import Counted, Counts, judge

NOW = datetime(2026, 1, 31, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FAST = Latency(under_ms=50, share=0.999)


def traffic(*parts: tuple[timedelta, float], a_minute: int = 100, age: timedelta = timedelta(days=30)) -> Counted:
    """Requests of `a_minute` for `age`; of those of the last `parts[i][0]`, the share `parts[i][1]` is bad."""

    def counted(start: datetime, end: datetime) -> Counts:
        total = bad = 0.0
        edges = sorted({start, end, NOW - age, *(NOW - ago for ago, _ in parts)})
        for left, right in pairwise(edges):
            if not (start <= left and right <= end and left >= NOW - age):
                continue
            share = next((share for ago, share in sorted(parts) if left >= NOW - ago), 0.0)
            total += (right - left) / MINUTE * a_minute
            bad += (right - left) / MINUTE * a_minute * share
        return Counts(round(total), round(bad))

    return counted


def test_traffic_within_the_budget_passes_and_tells_how_much_of_it_is_spent() -> None:
    look = judge(FAST, traffic((timedelta(days=30), 0.0004)), NOW)
    assert (look.status, look.value) == ("passing", pytest.approx(0.9996))
    assert "40 % of the budget" in look.reason


@pytest.mark.parametrize(
    ("lasting", "share", "status"),
    [
        (timedelta(minutes=10), 1.0, "failing"),
        (timedelta(minutes=50), 0.02, "failing"),
        (timedelta(hours=6), 0.007, "failing"),
        (timedelta(days=3), 0.0012, "at risk"),
        (timedelta(minutes=1), 0.05, "passing"),
        (timedelta(hours=1), 0.003, "passing"),
    ],
    ids=["outage", "2 % slow for an hour", "0.7 % for six", "0.12 % for three days", "a blip", "0.3 % for an hour"],
)
def test_how_fast_a_budget_burns_decides(lasting: timedelta, share: float, status: str) -> None:
    assert judge(FAST, traffic((lasting, share)), NOW).status == status


def test_an_outage_that_is_over_alarms_no_more_once_the_short_window_is_clean() -> None:
    during = traffic((timedelta(minutes=15), 0.5))
    after = traffic((timedelta(minutes=31), 0.0), (timedelta(minutes=46), 0.5))
    assert judge(FAST, during, NOW).status == "failing"
    assert "14.4" in judge(FAST, during, NOW).reason
    assert judge(FAST, after, NOW).status != "failing"


def test_a_budget_that_is_gone_is_a_risk_and_a_failure_while_it_still_burns() -> None:
    gone = traffic((timedelta(hours=7), 0.0), (timedelta(days=20), 0.003))
    burning = traffic((timedelta(days=30), 0.0015))
    assert judge(FAST, gone, NOW).status == "at risk"
    assert judge(FAST, burning, NOW).status == "failing"
    assert "used up" in judge(FAST, gone, NOW).reason


def test_a_few_requests_say_nothing() -> None:
    look = judge(FAST, traffic((timedelta(days=30), 1.0), a_minute=1, age=timedelta(minutes=99)), NOW)
    assert look.status == "unknown"
    assert "99 requests" in look.reason


def test_a_wide_budget_that_no_traffic_burns_14_times_over_still_fails_when_everything_fails() -> None:
    wide = Errors(at_most=0.1)
    assert judge(wide, traffic((timedelta(hours=6), 0.7)), NOW).status == "failing"
    assert judge(wide, traffic((timedelta(days=30), 0.05)), NOW).status == "passing"


def test_a_budget_of_a_week_has_lines_of_its_own() -> None:
    weekly = Errors(at_most=0.001, budget_days=7)
    assert "line 3.4" in judge(weekly, traffic((timedelta(hours=1), 0.005), age=timedelta(days=7)), NOW).reason
