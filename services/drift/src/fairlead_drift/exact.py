"""Distances on raw samples, exact to the last row."""

from typing import Any, NamedTuple

import numpy as np

from fairlead_drift.features import Array


class Distances(NamedTuple):
    """Both distances of two samples; see `ks` and `wasserstein`."""

    ks: float
    wasserstein: float


def ks(reference: Any, live: Any) -> float:
    """Largest gap between the two empirical distribution functions.

    Shapes: `reference` (n,), `live` (m,), numbers, any order; n and m at least 1.
    Units:  a share of the sample, in [0, 1]; 0.0 when the samples agree.
    Cost:   O(n + m), one sorted copy of each.
    Raises: ValueError when either is empty, or holds a NaN or what is no number.
    Source: Smirnov (1948), Ann. Math. Statist. 19(2), 279-281.
    """
    return _walked(reference, live)[0]


def wasserstein(reference: Any, live: Any) -> float:
    """First Wasserstein distance: the area between the two empirical distribution functions.

    Shapes, cost: as `ks`. Units: those of the values. Raises: as `ks`, and for infinite values.
    Source: Vallender (1974), Theory Probab. Appl. 18(4), 784-786.
    """
    return distances(reference, live).wasserstein


def distances(reference: Any, live: Any) -> Distances:
    """Both distances for the price of one sort. Shapes, units, cost, raises: as `wasserstein`."""
    gap, area = _walked(reference, live)
    if not np.isfinite(area):
        raise ValueError("a sample holds an infinite value, or values too far apart, for an area")
    return Distances(gap, area)


def _walked(reference: Any, live: Any) -> tuple[float, float]:
    from fairlead_drift.kernels.sorting import sort, walk

    gap, area = walk(sort(_sample("reference", reference)), sort(_sample("live", live)))
    return float(gap), float(area)


def _sample(name: str, values: Any) -> Array:
    sample = np.asarray(values)
    if sample.ndim != 1 or sample.dtype.kind not in "fiub":
        raise ValueError(f"{name} is not one row of numbers")
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise ValueError(f"{name} has masked values")
    doubles = np.ascontiguousarray(sample, dtype=np.float64)
    if doubles.size == 0 or np.isnan(doubles.min()):  # the smallest of an array that holds NaN is NaN
        raise ValueError(f"{name} is empty or holds a NaN")
    return doubles
