"""Freezing the bins of a feature on its training data."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from fairlead_contracts.errors import InvalidTableError

from fairlead_drift.features import Array, Categorical, Numeric, text_of
from fairlead_drift.tables.chunks import Coded, Column
from fairlead_drift.tables.numbers import blocks, numbers_of

TOP_LEVELS = 25
KNOWN_LEVELS = 10_000
_FRACTION_BITS = 30
_LEAST_EXPONENT = -1022
"""The smallest power of two whose inverse is a double, too."""


def fit_numeric(column: Column, bins: str, most: int, importance: float | None) -> Numeric:
    """Freeze at most `most` bins: at the training quantiles, ties merged, or of equal width over the training range.

    The grid of the sums is the power of two that gives the largest training value 30 bits. What is infinite in training
    is left out, and counts as beyond the range.
    """
    parts = [np.array(block) for chunk in numbers_of(column) for block in blocks(chunk)]
    values = np.concatenate(parts) if parts else np.zeros(0)
    present = values[np.isfinite(values)]
    if present.size == 0:
        return Numeric(column.name, 0.0, 0.0, (), 1.0, importance=importance)
    low, high = float(present.min()) + 0.0, float(present.max()) + 0.0
    cuts = _widths(low, high, most) if bins == "equal width" else _quantiles(present, most)
    edges = tuple(float(edge) for edge in np.unique(cuts + 0.0) if low < edge <= high)
    exponent = max(math.frexp(max(abs(low), abs(high)))[1] - _FRACTION_BITS, _LEAST_EXPONENT)
    return Numeric(column.name, low, high, edges, math.ldexp(1.0, exponent), importance=importance)


def fit_categorical(column: Column, importance: float | None) -> Categorical:
    """Freeze the most frequent levels, ties by name; the rest is known as others."""
    counts: Counter[str] = Counter()
    for chunk in column.chunks:
        counts.update(
            _levels(chunk.places, chunk.levels) if isinstance(chunk, Coded) else _texts(chunk.values, chunk.valid)
        )
    ordered = sorted(counts, key=lambda level: (-counts[level], level))
    return Categorical(
        column.name, tuple(ordered[:TOP_LEVELS]), tuple(ordered[TOP_LEVELS:KNOWN_LEVELS]), importance=importance
    )


def _quantiles(present: Array, bins: int) -> Array:
    return np.asarray(np.quantile(present, np.arange(1, bins) / bins, method="inverted_cdf"))


def _widths(low: float, high: float, bins: int) -> Array:
    shares = np.arange(1, bins) / bins
    return np.asarray(low * (1.0 - shares) + high * shares)  # high - low may be more than a double holds


def _texts(values: Array, valid: Array | None) -> Counter[str]:
    there = values if valid is None else values[valid]
    if there.dtype.kind in "biuf":
        seen, counts = np.unique(there, return_counts=True)
        return _by_text(seen.tolist(), counts.tolist())
    try:
        found = Counter(zip(map(type, there.tolist()), there.tolist(), strict=True))  # True is 1, and another level
    except TypeError as error:  # it cannot be looked up
        raise InvalidTableError("A column of levels holds something else than texts and numbers.") from error
    return _by_text([value for _, value in found], list(found.values()))


def _levels(places: Array, levels: Sequence[object]) -> Counter[str]:
    inside = places[(places >= 0) & (places < len(levels))]
    return _by_text(list(levels), np.bincount(inside.astype(np.int64), minlength=len(levels)).tolist())


def _by_text(values: Sequence[object], counts: Sequence[int]) -> Counter[str]:
    added: Counter[str] = Counter()
    for value, count in zip(values, counts, strict=True):
        if count and (text := text_of(value)) is not None:
            added[text] += count
    return added
