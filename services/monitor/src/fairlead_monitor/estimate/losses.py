"""Errors of a regressor from predictions alone: DLE, direct loss estimation, which learns from the prediction here.

The method is NannyML's of that name. Input rows are not kept, so it sees a shift of the predictions and no other.
"""

from math import sqrt
from typing import Any

import numpy as np

from fairlead_monitor.accuracy.intervals import Floats, Measured
from fairlead_monitor.estimate.chances import DRAWS

Places = np.ndarray[Any, np.dtype[np.intp]]
GROUPS, LEAST = 20, 25


def estimated(known: tuple[Floats, Floats], prediction: Floats, level: float, seed: int) -> dict[str, Measured]:
    """MAE and RMSE of rows, shape (n,), without outcomes; `known`: outcomes and predictions of rows from before.

    A row's error is that of the known rows with a like prediction. The interval by a bootstrap of the known rows, and
    of the errors that these rows will draw.
    """
    truth, before = known
    edges = _edges(before)
    places, mine = np.searchsorted(edges, before), np.searchsorted(edges, prediction)
    error = np.abs(truth - before)
    rng = np.random.default_rng(seed)
    draws = np.array([_drawn(rng, places, error, mine, edges.size + 1) for _ in range(DRAWS)])
    middle = np.array([_means(places, error**power, edges.size + 1)[mine].mean() for power in (1, 2)])
    return {
        "mae": _interval(middle[0], draws[:, 0], level),
        "rmse": _rooted(_interval(middle[1], draws[:, 1], level)),
    }


def _edges(before: Floats) -> Floats:
    groups = max(1, min(GROUPS, before.size // LEAST))
    edges: Floats = np.unique(np.quantile(before, np.arange(1, groups) / groups)) if groups > 1 else np.empty(0)
    return edges


def _means(places: Places, values: Floats, groups: int) -> Floats:
    counts = np.bincount(places, minlength=groups)
    sums = np.bincount(places, weights=values, minlength=groups)
    means: Floats = np.where(counts > 0, sums / np.maximum(counts, 1), values.mean())
    return means


def _drawn(rng: np.random.Generator, places: Places, error: Floats, mine: Places, groups: int) -> list[float]:
    again = rng.integers(0, error.size, error.size)
    order = again[np.argsort(places[again], kind="stable")]
    counts = np.bincount(places[again], minlength=groups)
    starts = np.cumsum(counts) - counts
    taken = np.minimum(starts[mine] + (rng.random(mine.size) * counts[mine]).astype(np.int64), error.size - 1)
    drawn = error[order[taken]]
    return [float(drawn.mean()), float((drawn**2).mean())]


def _interval(value: float, draws: Floats, level: float) -> Measured:
    low, high = np.quantile(draws, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Measured(float(value), min(float(low), float(value)), max(float(high), float(value)))


def _rooted(squared: Measured) -> Measured:
    return Measured(*(sqrt(each or 0.0) for each in (squared.value, squared.low, squared.high)))
