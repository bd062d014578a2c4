"""Speed: how the adapter compares with the bare library, measured in turns so that a busy machine slows both."""

import statistics
import time
from collections.abc import Callable

import pytest

from fairlead_contracts.adapters import Predictor
from fairlead_contracts.testing.samples import Saved, expected, rows
from fairlead_contracts.testing.subject import Subject

_WARM, _TURNS, _BUDGET = 3, 100, 0.5


class Speeding(Subject):
    """What the answer's latency relies on."""

    @pytest.mark.parametrize("size", ["one row", "all rows"])
    def test_predicting_takes_no_longer_than_the_library_and_its_share(
        self, size: str, saved: Saved, predictor: Predictor, record_property: Callable[[str, object], None]
    ) -> None:
        """Medians in microseconds are recorded as properties; `slower_at_most` times the library's own is too slow."""
        table = saved.sample.table if size == "all rows" else rows(saved.sample.table, slice(0, 1))
        own, library = _medians(lambda: predictor.predict(table), lambda: expected(saved.sample, table))
        for name, seconds in (("adapter", own), ("library", library)):
            record_property(f"{saved.sample.name}, {size}, {name}, us", round(seconds * 1e6, 1))
        if own > self.slower_at_most * library + self.slower_by:
            pytest.fail(f"{size}: {own * 1e6:,.0f} us where the library takes {library * 1e6:,.0f} us")


def _medians(*calls: Callable[[], object]) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(_WARM):
        for call in calls:
            call()
    end = time.perf_counter() + _BUDGET
    while len(taken[0]) < _TURNS and time.perf_counter() < end:
        for times, call in zip(taken, calls, strict=True):
            began = time.perf_counter()
            call()
            times.append(time.perf_counter() - began)
    return statistics.median(taken[0]), statistics.median(taken[1])
