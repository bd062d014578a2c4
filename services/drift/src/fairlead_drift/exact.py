"""Distances on raw samples, exact to the last row."""

import numpy as np

from fairlead_drift.features import Array


def ks(reference: Array, live: Array) -> float:
    """Largest gap between the two empirical distribution functions.

    Shapes: `reference` (n,), `live` (m,), float64, any order; n and m at least 1.
    Units:  a share of the sample, in [0, 1]; 0.0 when the samples agree.
    Cost:   O(n log n + m log m), one sorted copy of each.
    Raises: ValueError when either is empty or holds a NaN.
    Source: Smirnov (1948), Ann. Math. Statist. 19(2), 279-281.
    """
    from fairlead_drift.kernels import ks_sorted

    return float(ks_sorted(*_sorted(reference, live)))


def wasserstein(reference: Array, live: Array) -> float:
    """First Wasserstein distance: the area between the two empirical distribution functions.

    Shapes, cost, raises: as `ks`. Units: those of the values.
    Source: Vallender (1974), Theory Probab. Appl. 18(4), 784-786.
    """
    from fairlead_drift.kernels import wasserstein_sorted

    return float(wasserstein_sorted(*_sorted(reference, live)))


def _sorted(reference: Array, live: Array) -> tuple[Array, Array]:
    for name, sample in (("reference", reference), ("live", live)):
        if sample.size == 0 or np.isnan(sample).any():
            raise ValueError(f"{name} is empty or holds a NaN")
    return np.sort(reference.astype(np.float64)), np.sort(live.astype(np.float64))
