"""Distances that know the order of the bins. Give them numeric features without the missing rows (`Pairs.present`)."""

import numpy as np

from fairlead_drift.features import Array
from fairlead_drift.pairs import Pairs


def ks(pairs: Pairs) -> Array:
    """Largest gap between the two cumulative shares at the bins' edges, in [0, 1]; `exact.ks` looks between them too.

    Shapes: (f,) float64. Zero where a side has no rows.
    Source: Smirnov (1948), Ann. Math. Statist. 19(2), 279-281.
    """
    return np.where(pairs.both, pairs.largest(np.abs(pairs.running(pairs.p - pairs.q))), 0.0)


def wasserstein(pairs: Pairs, bounds: Array) -> Array:
    """First Wasserstein distance: the area between the cumulative shares, rows spread evenly within each inner bin.

    Shapes: `bounds` (t - f,): for each feature low, edges, high, one fewer than its bins; the result (f,) float64.
    Units:  those of the values. Rows outside the training range count as if at its end, so it is a lower bound there.
    Source: Vallender (1974), Theory Probab. Appl. 18(4), 784-786.
    """
    gaps = pairs.running(pairs.p - pairs.q)
    inner = np.ones(pairs.training.size, dtype=bool)
    inner[pairs.starts + pairs.sizes - 1] = False
    left = gaps[inner]  # at low, at each edge, at high: the gap after the bin below
    right = np.append(left[1:], 0.0)
    widths = np.append(np.diff(bounds), 0.0)
    firsts = pairs.starts - np.arange(pairs.starts.size)
    widths[firsts[1:] - 1] = 0.0  # from one feature's high to the next one's low there is nothing
    areas = np.add.reduceat(widths * _between(left, right), firsts)
    return np.where(pairs.both, areas, 0.0)


def _between(left: Array, right: Array) -> Array:
    """The mean of |line from left to right|."""
    size = np.abs(left) + np.abs(right)
    crossing = left * right < 0
    return np.where(crossing, (left**2 + right**2) / np.where(size > 0, 2 * size, 1.0), size / 2)
