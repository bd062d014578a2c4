"""What does not change from report to report: a baseline's counts, bounds and curves as arrays, worked out once."""

import functools
from dataclasses import dataclass
from itertools import chain

import numpy as np

from fairlead_drift.alarms.volume import shifted
from fairlead_drift.baseline import Baseline
from fairlead_drift.features import Array, Numeric
from fairlead_drift.metrics import Moments, moments_of

_KEPT = 64


@dataclass(frozen=True)
class Reference:
    """Of one baseline.

    Shapes: `training` (t,) int64; `tested` (t,), as `with_ends` makes it; `starts` (f,); `numeric` (f,) bool;
    `bounds`: low, edges, high of each numeric feature; `moved` (24, u): shares of the numeric features' present rows
    after shifts of the mean (`volume.SHIFTS`), each feature's bins beside the next one's; `moments`: one a feature,
    None for a categorical one.
    """

    training: Array
    tested: Array
    starts: Array
    numeric: Array
    bounds: Array
    moved: Array
    moments: tuple[Moments | None, ...]

    @classmethod
    def of(cls, baseline: Baseline) -> "Reference":
        """The reference of a baseline; of the last 64 baselines it is kept."""
        return _reference(_Key(baseline))


class _Key:
    """A baseline by its digest: hashing all its features at each report would cost more than the report."""

    def __init__(self, baseline: Baseline) -> None:
        self.baseline = baseline

    def __hash__(self) -> int:
        return hash(self.baseline.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.baseline.digest == other.baseline.digest


@functools.lru_cache(maxsize=_KEPT)
def _reference(key: _Key) -> Reference:
    features = key.baseline.features
    numbers = [each for each in features if isinstance(each, Numeric)]
    bounds = [np.array([each.low, *each.edges, each.high]) for each in numbers]
    moments = tuple(_moments(each) if isinstance(each, Numeric) else None for each in features)
    moved = [
        shifted(np.array(each.counts[:-1]), bound, found.std if (found := _moments(each)) else 0.0)
        for each, bound in zip(numbers, bounds, strict=True)
    ]
    training = np.fromiter(chain.from_iterable(each.counts for each in features), dtype=np.int64)
    starts = np.array(key.baseline.offsets)
    numeric = np.array([isinstance(each, Numeric) for each in features])
    return Reference(
        training=training,
        tested=with_ends(training, starts[:-1][numeric], starts[1:][numeric] - 2),
        starts=starts[:-1],
        numeric=numeric,
        bounds=np.concatenate(bounds) if bounds else np.zeros(0),
        moved=np.concatenate(moved, axis=1) if moved else np.zeros((0, 0)),
        moments=moments,
    )


def with_ends(training: Array, lows: Array, highs: Array) -> Array:
    """The counts as tests need them: the row that is the minimum in the bin below it, the maximum's in the one above.

    The training range ends at these two rows, so it would hold no row outside where any other sample of its size has
    one: about a window's share of training rows falls outside though nothing drifts. Tested with empty ends, 8 % of
    such windows would be significant at 5 %. With the two rows there, the ends are sample quantiles as all edges are.
    Shapes: `training` (t,); `lows`, `highs`: where the bins below and above the range are.
    """
    moved = training.copy()
    lows, highs = lows[highs - lows > 2], highs[highs - lows > 2]  # a single value has no ends
    for ends, inner in ((lows, lows + 1), (highs, highs - 1)):
        bare = (moved[ends] == 0) & (moved[inner] > 1)
        moved[ends] += bare
        moved[inner] -= bare
    return moved


def _moments(feature: Numeric) -> Moments | None:
    return moments_of(sum(feature.counts[:-1]), feature.total, feature.squares, feature.quantum)
