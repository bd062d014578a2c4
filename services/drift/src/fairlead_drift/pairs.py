"""Counts of many features side by side, so that one numpy call measures them all."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fairlead_drift.features import Array


@dataclass(frozen=True)
class Pairs:
    """Training and scoring on the same bins, feature after feature.

    Shapes: `training` and `scoring` (t,) int64, all features' bins in a row; `starts` (f,) int64, where each begins.
    """

    training: Array
    scoring: Array
    starts: Array

    @classmethod
    def of(cls, training: Array, scoring: Array) -> "Pairs":
        """One feature from (k,), or many with the same number of bins from (f, k)."""
        first, second = np.atleast_2d(np.asarray(training)), np.atleast_2d(np.asarray(scoring))
        starts = np.arange(first.shape[0]) * first.shape[1]
        return cls(first.astype(np.int64).ravel(), second.astype(np.int64).ravel(), starts)

    @cached_property
    def sizes(self) -> Array:
        """How many bins each feature has, (f,)."""
        return np.diff(np.append(self.starts, self.training.size))

    @cached_property
    def m(self) -> Array:
        """Rows of training, (f,)."""
        return self.sums(self.training)

    @cached_property
    def n(self) -> Array:
        """Rows of scoring, (f,)."""
        return self.sums(self.scoring)

    @cached_property
    def p(self) -> Array:
        """The share of training in each bin, (t,); zeros where there are no rows."""
        return np.asarray(self.training / self.spread(np.maximum(self.m, 1)))

    @cached_property
    def q(self) -> Array:
        """The share of scoring in each bin, (t,); zeros where there are no rows."""
        return np.asarray(self.scoring / self.spread(np.maximum(self.n, 1)))

    @cached_property
    def used(self) -> Array:
        """Which bins hold a row of either, (t,) bool."""
        return np.asarray((self.training + self.scoring) > 0)

    @cached_property
    def both(self) -> Array:
        """Which features have rows on both sides, (f,) bool: there is nothing to compare in others."""
        return np.asarray((self.m > 0) & (self.n > 0))

    def sums(self, values: Array) -> Array:
        """The sum over each feature's bins. Shapes: (t,) to (f,)."""
        return np.asarray(np.add.reduceat(values, self.starts))

    def largest(self, values: Array) -> Array:
        """The largest over each feature's bins. Shapes: (t,) to (f,)."""
        return np.asarray(np.maximum.reduceat(values, self.starts))

    def spread(self, values: Array) -> Array:
        """One value a feature to one a bin. Shapes: (f,) to (t,)."""
        return np.repeat(values, self.sizes)

    def running(self, values: Array) -> Array:
        """The cumulative sum within each feature. Shapes: (t,) to (t,)."""
        total = np.cumsum(values)
        return np.asarray(total - self.spread(total[self.starts] - values[self.starts]))

    def chosen(self, features: Array, bins: Array) -> "Pairs":
        """Some bins of some features. Shapes: `features` (f,) bool, `bins` (t,) bool, one at least in each of them."""
        kept = bins & self.spread(features)
        sizes = self.sums(kept.astype(np.int64))[features]
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1])) if sizes.size else np.zeros(0, dtype=np.int64)
        return Pairs(self.training[kept], self.scoring[kept], starts)

    def present(self, features: Array) -> "Pairs":
        """Some features without their last bin, the missing rows."""
        bins = np.ones(self.training.size, dtype=bool)
        bins[self.starts + self.sizes - 1] = False
        return self.chosen(features, bins)

    def against_rest(self, bins: Array) -> "Pairs":
        """Two bins a feature: the rows in the given bins, and all others. Shapes: `bins` (t,) bool."""
        inside = [self.sums(np.where(bins, side, 0)) for side in (self.training, self.scoring)]
        a, b = (np.column_stack((one, whole - one)) for one, whole in zip(inside, (self.m, self.n), strict=True))
        return Pairs.of(a, b)
