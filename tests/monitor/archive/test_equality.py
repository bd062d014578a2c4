"""Reports over closed hours are those of before, bit for bit, in whatever order things came and were closed."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_monitor.reports import predictions
from hypothesis import given, settings
from hypothesis import strategies as st
from monitor.archive.place import Place
from monitor.world import MINUTE, NOW, actuals_batch, prediction_batch

HOUR, DAY = 60 * MINUTE, 1_440 * MINUTE
IDS = ("a", "b", "c", "d'; DROP TABLE predictions; --", 'e"\\\n', "é\u0000x", "{}")
ROWS = st.lists(
    st.tuples(st.sampled_from(IDS), st.integers(0, 1), st.integers(0, 4 * 24), st.floats(0, 1)), min_size=1, max_size=6
)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("predict"), ROWS, st.integers(1, 2), st.sampled_from(["champion", "challenger"])),
        st.tuples(st.just("actual"), st.sampled_from(IDS), st.integers(0, 1)),
        st.tuples(st.just("close")),
    ),
    min_size=2,
    max_size=12,
)  # fmt: skip


@given(EVENTS, st.one_of(st.none(), st.integers(0, 4)), st.one_of(st.none(), st.integers(0, 4)))
@settings(max_examples=15, deadline=None)
def test_every_report_is_the_same_whenever_hours_are_closed(
    events: list[Any], first: int | None, last: int | None
) -> None:
    ends = {"start": first, "end": last}
    period = {name: moment(NOW + day * DAY) for name, day in ends.items() if day is not None}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(predictions, "NEEDED", 1)
        closed, open_ = Place(Path(folder) / "closed"), Place(Path(folder) / "open")
        for place, event in enumerate(events):
            happens(event, place, closed, open_)
        closed.close(NOW + 40 * DAY)
        assert closed.hot() == 0
        assert closed.every_report(IDS, **period) == open_.every_report(IDS, **period)


def happens(event: Any, place: int, closed: Place, open_: Place) -> None:
    written = NOW + place * 2 * DAY
    match event:
        case ("close",):
            closed.close(written)
        case ("actual", id_, value):
            for each in (closed, open_):
                each.arrive(written, actuals_batch(written, (id_, value)))
        case ("predict", rows, version, role):
            ids, numbers, hours, scores = zip(*rows, strict=True)
            batch = prediction_batch(
                "r-0", place + 1, ids, rows=numbers, times=tuple(NOW + each * HOUR for each in hours),
                outputs={"probability": scores, "label": tuple(str(round(each)) for each in scores)},
                version=version, role=role,
            )  # fmt: skip
            for each in (closed, open_):
                each.arrive(written, batch, batch)


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1_000_000, UTC)


def test_actuals_that_come_months_later_join_archived_predictions(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    places = [Place(tmp_path / "closed"), Place(tmp_path / "open")]
    scores = rng.random((40, 50))
    for day, each in enumerate(scores):
        ids = tuple(f"{day}-{number}" for number in range(50))
        batch = prediction_batch(
            "r-0", day + 1, ids, times=(NOW + day * DAY,) * 50, outputs={"probability": tuple(each.tolist())}
        )
        for place in places:
            place.arrive(NOW + day * DAY, batch)
        if day % 15 == 10:
            places[0].close(NOW + day * DAY + HOUR)
    places[0].close(NOW + 100 * DAY)
    truth = (rng.random((40, 50)) < scores).astype(int)
    pairs = [(f"{day}-{number}", int(truth[day, number])) for day in range(40) for number in range(50)]
    for place in places:
        place.arrive(NOW + 200 * DAY, actuals_batch(NOW + 200 * DAY, *pairs))
    told, expected = (place.every_report(("1-1", "39-49", "nobody")) for place in places)
    assert told == expected
    assert places[0].hot() == 0
    assert '"labelled":2000' in told["coverage"]
