"""A status holds: it changes only when that has lasted, never flaps, and the same looks give the same changes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from fairlead_contracts.objectives import Errors, Goal, Status
from fairlead_contracts.operations.goals import Look
from fairlead_monitor.goals.standing import RANK, Standing, seen
from hypothesis import given
from hypothesis import strategies as st

START = datetime(2026, 1, 1, tzinfo=UTC)
STATUSES: list[Status] = ["unknown", "passing", "at risk", "failing"]
LOOKS = st.lists(st.tuples(st.integers(1, 300), st.sampled_from(STATUSES)), max_size=80)
Changes = list[tuple[datetime, Status]]


def goal(worse: int = 0, better: int = 15) -> Goal:
    errors = Errors(at_most=0.01)
    return Goal(name="g", objective=errors, worse_after_minutes=worse, better_after_minutes=better)


def look(status: Status) -> Look:
    return Look(status=status, reason="")


def changes(looks: list[tuple[int, Status]], judged: Goal, start: Status = "unknown") -> Changes:
    """The changes that looks, each so many seconds after the one before, lead to."""
    standing, now, found = Standing(start), START, list[tuple[datetime, Status]]()
    for seconds, status in looks:
        now += timedelta(seconds=seconds)
        standing, changed = seen(standing, look(status), now, judged)
        if changed is not None:
            found.append((now, changed.status))
            standing = Standing(changed.status)
    return found


def naive(looks: list[tuple[int, Status]], judged: Goal) -> Changes:
    """The same by the words of the rule: at each look, all looks back to the last change or the other side."""
    found, status, history = list[tuple[datetime, Status]](), "unknown", list[tuple[datetime, Status]]()
    now = START
    for seconds, said in looks:
        now += timedelta(seconds=seconds)
        history.append((now, said))
        for worse, minutes in ((True, judged.worse_after_minutes), (False, judged.better_after_minutes)):
            row = []
            for when, each in reversed(history):
                if (RANK[each] > RANK[status]) if worse else (RANK[each] < RANK[status]):
                    row.append((when, each))
                else:
                    break
            if not row:
                continue
            nearest = (min if worse else max)((each for _, each in row), key=lambda one: RANK[one])
            needed = timedelta() if worse and nearest == "passing" else timedelta(minutes=minutes)
            if now - row[-1][0] >= needed:
                found.append((now, nearest))
                status, history = nearest, []
                break
    return found


@given(LOOKS, st.integers(0, 5), st.integers(0, 5))
def test_it_changes_as_a_naive_reading_of_the_rule_says(
    looks: list[tuple[int, Status]], worse: int, better: int
) -> None:
    assert changes(looks, goal(worse, better)) == naive(looks, goal(worse, better))


@given(LOOKS, st.integers(1, 5))
def test_no_status_gets_better_sooner_than_after_its_time(looks: list[tuple[int, Status]], better: int) -> None:
    found = changes(looks, goal(better=better))
    for (before, worse), (after, status) in pairwise(found):
        if RANK[status] < RANK[worse]:
            assert after - before >= timedelta(minutes=better)


@given(LOOKS)
def test_a_change_is_always_to_another_status(looks: list[tuple[int, Status]]) -> None:
    found = ["unknown", *(status for _, status in changes(looks, goal()))]
    assert all(one != other for one, other in pairwise(found))


@given(LOOKS)
def test_looks_that_all_say_what_holds_change_nothing(looks: list[tuple[int, Status]]) -> None:
    assert changes([(seconds, "failing") for seconds, _ in looks], goal(), "failing") == []


def test_a_value_that_trembles_on_its_line_changes_the_status_once() -> None:
    trembling: list[tuple[int, Status]] = [(10, "passing"), *((10, s) for _ in range(500) for s in STATUSES[1:])]
    assert [status for _, status in changes(trembling, goal())] == ["passing", "at risk", "failing"]


@pytest.mark.parametrize(("minutes", "changed"), [(4, False), (5, True)])
def test_worse_waits_for_its_minutes_where_that_is_asked(minutes: int, changed: bool) -> None:
    looks: list[tuple[int, Status]] = [(60, "failing")] * (minutes + 1)
    assert bool(changes(looks, goal(worse=5), "passing")) is changed


def test_an_outage_that_ends_the_traffic_does_not_end_the_alarm_at_once() -> None:
    silent: list[tuple[int, Status]] = [(60, "unknown")] * 10
    assert changes(silent, goal(better=15), "failing") == []
