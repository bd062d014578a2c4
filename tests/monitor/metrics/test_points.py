"""Values of custom metrics count once by id, and give the same report in whatever order they come."""

import asyncio
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from chassis.copies import Copy
from fairlead_contracts.errors import InvalidRequestError, NotFoundError, RefusedError
from fairlead_contracts.operations.goals import LIST_GOALS, SET_GOAL
from fairlead_contracts.operations.metrics import DECLARE_METRIC, GET_METRIC, RECORD_METRIC, GetMetric, MetricView
from fairlead_contracts.points import PointBatch, Value
from fairlead_monitor.goals.keeper import Keeper
from fairlead_monitor.metrics.points import take_points
from fairlead_monitor.metrics.report import report
from fairlead_monitor.metrics.store import opened, take
from hypothesis import given, settings
from hypothesis import strategies as st
from monitor.goals.conftest import access, monitor, world  # noqa: F401  # fixtures
from monitor.goals.world import AT

HOUR = 3_600_000_000
VALUES = st.builds(
    Value, id=st.text("abcdef", min_size=1, max_size=2), time=st.integers(0, 60 * HOUR),
    value=st.floats(-1e12, 1e12), count=st.integers(1, 9),
)  # fmt: skip


def reported(batches: list[tuple[Value, ...]], folder: Path, aggregation: Any) -> list[tuple[float, int]]:
    db = opened(folder / f"{len(list(folder.iterdir()))}.sqlite").conn
    for values in batches:
        take(db, PointBatch(**AT, metric="m", values=values))
    metric = MetricView(metric="m", aggregation=aggregation, unit="", description="")
    periods = report(db, GetMetric(**AT, metric="m"), metric).periods
    db.close()
    return [(each.value, each.count) for each in periods]


@settings(max_examples=40, deadline=None)
@given(st.lists(VALUES, max_size=12, unique_by=lambda each: each.id), st.randoms(), st.data())
def test_any_order_any_batches_and_any_repetition_give_the_same_report(
    tmp_path_factory: pytest.TempPathFactory, values: list[Value], random: Any, data: st.DataObject
) -> None:
    aggregation = data.draw(st.sampled_from(["sum", "mean", "gauge"]))
    folder = tmp_path_factory.mktemp("points")
    again = values + data.draw(st.lists(st.sampled_from(values), max_size=5) if values else st.just([]))
    random.shuffle(again)
    assert reported([(each,) for each in again], folder, aggregation) == reported([tuple(values)], folder, aggregation)


@settings(max_examples=40, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=12, unique_by=lambda each: each.id))
def test_a_day_is_the_exact_sum_the_weighed_mean_or_the_last(
    tmp_path_factory: pytest.TempPathFactory, values: list[Value]
) -> None:
    folder = tmp_path_factory.mktemp("points")
    newest = max(each.time // (24 * HOUR) for each in values)
    day = sorted((each for each in values if each.time // (24 * HOUR) == newest), key=lambda v: (v.time, v.id))
    total, count = math.fsum(each.value for each in day), sum(each.count for each in day)
    assert reported([tuple(values)], folder, "sum")[-1] == (total, count)
    assert reported([tuple(values)], folder, "gauge")[-1] == (day[-1].value, count)
    weighed = math.fsum(each.value * each.count for each in day) / count
    assert reported([tuple(values)], folder, "mean")[-1] == (weighed, count)


@pytest.fixture
async def approved(monitor: Copy) -> Any:  # noqa: F811  # the fixture
    """A copy that takes values in, with a declared metric."""
    task = asyncio.create_task(take_points(monitor.chassis))
    await monitor.ask(DECLARE_METRIC, **AT, metric="approved", aggregation="sum", unit="USD")
    yield monitor
    while not task.done():  # Python 3.11's wait_for loses a cancellation that meets a message
        task.cancel()
        await asyncio.wait([task], timeout=0.1)


async def periods(copy: Copy, count: int) -> list[tuple[float, int]]:
    """The metric's days, once so many values are in."""
    async with asyncio.timeout(20):
        while True:
            found = (await copy.ask(GET_METRIC, **AT, metric="approved")).periods
            if sum(each.count for each in found) >= count:
                return [(each.value, each.count) for each in found]
            await asyncio.sleep(0.02)


async def test_posted_values_are_reported_by_the_day_that_they_are_of(approved: Copy) -> None:
    days = ("2011-03-01T09:00:00Z", "2011-03-01T23:59:59Z", "2011-03-02T00:00:00Z")
    points = [{"id": f"p{n}", "time": day, "value": 100 + n} for n, day in enumerate(days)]
    for _ in range(2):
        await approved.ask(RECORD_METRIC, **AT, metric="approved", points=points)
    await approved.ask(RECORD_METRIC, **AT, metric="approved", points=[{"value": 1, "time": days[2]}] * 2)
    assert await periods(approved, 5) == [(201.0, 2), (104.0, 3)]


async def test_a_business_goal_stands_on_posted_values(approved: Copy) -> None:
    objective = {"kind": "custom", "metric": "approved", "at_least": 1000}
    await approved.ask(SET_GOAL, **AT, goal={"name": "volume", "objective": objective})
    for day, value, status in (("01", 1_500, "passing"), ("02", 900, "failing")):
        points = [{"id": day, "time": f"2011-03-{day}T12:00:00Z", "value": value}]
        await approved.ask(RECORD_METRIC, **AT, metric="approved", points=points)
        await periods(approved, int(day))
        await Keeper(approved.chassis).look(datetime.now(UTC))
        (goal,) = (await approved.ask(LIST_GOALS, **AT)).items
        assert (goal.status, goal.value) == (status, value)
    assert "2011-03-02" in goal.reason


@pytest.mark.parametrize(
    ("points", "pointer"),
    [
        ([], "/points"),
        ([{"value": "NaN"}], "/points/0/value"),
        ([{"value": 1, "count": 0}], "/points/0/count"),
        ([{"value": 1}, {"value": 1, "time": "2011-03-01"}], "/points/1/time"),
        ([{"value": 1, "id": ""}], "/points/0/id"),
        ([{"value": 1, "colour": "red"}], "/points/0/colour"),
        ([{"value": 1, "time": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}], "/points/0/time"),
    ],
)
async def test_values_that_are_none_are_refused_at_their_place(approved: Copy, points: Any, pointer: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        await approved.ask(RECORD_METRIC, **AT, metric="approved", points=points)
    assert caught.value.errors[0].pointer == pointer


async def test_values_of_a_metric_that_nobody_declared_are_refused(approved: Copy) -> None:
    with pytest.raises(NotFoundError, match="declined"):
        await approved.ask(RECORD_METRIC, **AT, metric="declined", points=[{"value": 1}])


async def test_what_was_posted_as_a_sum_does_not_become_a_mean(approved: Copy) -> None:
    with pytest.raises(RefusedError, match="sum"):
        await approved.ask(DECLARE_METRIC, **AT, metric="approved", aggregation="mean")


async def test_a_message_that_cannot_be_read_stops_nobody(approved: Copy) -> None:
    await approved.chassis.bus.publish_acknowledged("telemetry.points.default.loans", b"not a batch")
    await approved.ask(RECORD_METRIC, **AT, metric="approved", points=[{"value": 7, "time": "2011-03-01T00:00:00Z"}])
    assert await periods(approved, 1) == [(7.0, 1)]
