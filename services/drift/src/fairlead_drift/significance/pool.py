"""What each bin's scoring rows would be if nothing drifted, given the pooled counts: a draw without replacement.

The count x of a bin with c pooled rows, of which scoring has n and training m in all, is hypergeometric.
"""

from dataclasses import dataclass

import numpy as np

from fairlead_drift.features import Array
from fairlead_drift.pairs import Pairs

_SPAN = 10.0
"""Standard deviations that the points of a bin cover; what is beyond weighs under 1e-5."""


@dataclass(frozen=True)
class Pool:
    """Points and weights of every bin's distribution. Shapes: (t, points) float64; a row of weights adds to one.

    `n`, `m`, `c`: (t, 1), rows of scoring, of training, and pooled rows of the bin.
    """

    n: Array
    m: Array
    c: Array
    x: Array
    weights: Array

    @classmethod
    def of(cls, pairs: Pairs, points: int) -> "Pool":
        """The distribution of every bin: all its counts where they are few, evenly spaced ones where they are many.

        Evenly spaced points sum up a bell curve to far below what matters here while they are under one standard
        deviation apart; 32 points over 10 of them leave none out while fewer than ten rows are expected.
        """
        n, m = pairs.spread(pairs.n)[:, None], pairs.spread(pairs.m)[:, None]
        c = (pairs.training + pairs.scoring)[:, None]
        share = n / (n + m)
        deviation = np.sqrt(c * share * (1 - share) * (1 - c / (n + m)))
        step = np.maximum(np.ceil(_SPAN * deviation / (points - 1)), 1.0)
        low, high = np.maximum(c - m, 0), np.minimum(c, n)
        reach = (points - 1) * step
        first = np.maximum(np.minimum(np.floor(c * share - reach / 2), high - reach), low)
        x = first + step * np.arange(points)
        inside = x <= high
        x = np.minimum(x, high)
        logs = -sum(_log_factorial(k) for k in (x, c - x, n - x, m - c + x))
        logs = np.where(inside, logs, -np.inf)
        weights = np.exp(logs - logs.max(axis=1, keepdims=True))
        return cls(n, m, c, x, weights / weights.sum(axis=1, keepdims=True))


def _log_factorial(k: Array) -> Array:
    """ln k! by Stirling's series, within 0.0006. Source: DLMF 5.11.1."""
    there = np.maximum(k, 1.0)
    inverse = 1.0 / there
    found = (there + 0.5) * np.log(there) - there + 0.9189385332046727 + inverse * (1 / 12 - inverse * inverse / 360)
    return np.where(k > 0.5, found, 0.0)
