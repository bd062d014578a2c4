"""The compiled loops. Checks are done outside; shapes and types are exact here."""

from typing import Any

import numpy as np
from numba import njit

Array = np.ndarray[Any, Any]
LIMIT = float(2**31)
"""Values are counted into sums up to 2**31 grid steps; what is beyond, twice the training range, saturates there."""


@njit(cache=True, nogil=True)
def count_numeric(values: Array, edges: Array, bounds: Array, counts: Array, sums: Array, extremes: Array) -> None:
    """Add values to a feature's counts, sums and extremes, in place.

    Shapes: values (n,) float64; edges (k,) float64 ascending; bounds (3,): low, high, 1/quantum;
    counts (k + 4,) int64; sums (4,) int64: total high and low word, squares high and low word; extremes (2,) float64.
    Units:  sums in grid steps and their squares, split at 20 and 31 bits so that no row count below 2**31 overflows.
    """
    low, high, scale = bounds[0], bounds[1], bounds[2]
    last = edges.size + 2
    for value in values:
        if value != value:  # NaN alone differs from itself
            counts[last + 1] += 1
            continue
        if value < low:
            counts[0] += 1
        elif value > high:
            counts[last] += 1
        else:
            place = 1
            for edge in edges:
                place += value >= edge
            counts[place] += 1
        step = np.int64(np.rint(min(max(value * scale, -LIMIT), LIMIT)))
        square = step * step
        sums[0] += step >> 20
        sums[1] += step & 1048575
        sums[2] += square >> 31
        sums[3] += square & 2147483647
        extremes[0] = min(extremes[0], value)
        extremes[1] = max(extremes[1], value)


@njit(cache=True, nogil=True)
def count_codes(codes: Array, counts: Array) -> None:
    """Add codes to a categorical feature's counts, in place. Shapes: codes (n,) int32 below counts' size; int64."""
    for code in codes:
        counts[code] += 1


@njit(cache=True, nogil=True)
def ks_sorted(reference: Array, live: Array) -> float:
    """Largest gap of two empirical distribution functions. Shapes: (n,) and (m,) float64, ascending, no NaN."""
    i = j = 0
    gap = 0.0
    while i < reference.size and j < live.size:
        value = min(reference[i], live[j])
        while i < reference.size and reference[i] <= value:
            i += 1
        while j < live.size and live[j] <= value:
            j += 1
        gap = max(gap, abs(i / reference.size - j / live.size))
    return gap


@njit(cache=True, nogil=True)
def wasserstein_sorted(reference: Array, live: Array) -> float:
    """Area between two empirical distribution functions. Shapes: (n,) and (m,) float64, ascending, no NaN."""
    i = j = 0
    area = 0.0
    before = min(reference[0], live[0])
    while i < reference.size or j < live.size:
        if j == live.size or (i < reference.size and reference[i] <= live[j]):
            value = reference[i]
            area += abs(i / reference.size - j / live.size) * (value - before)
            i += 1
        else:
            value = live[j]
            area += abs(i / reference.size - j / live.size) * (value - before)
            j += 1
        before = value
    return area
