"""A column's numbers as float64: where they lie if they are that, else converted a block at a time."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from fairlead_contracts.errors import InvalidTableError

from fairlead_drift.tables.chunks import Array, Chunk, Coded, Column, Plain

_BLOCK = 1 << 15
"""Values that are converted at a time, few enough for the nearer caches."""


def numbers_of(column: Column) -> list[Plain]:
    """The chunks of a column of numbers; of these only lists of Python values are copied.

    Raises: InvalidTableError for texts, levels and dates.
    """
    return [_numbers(column.name, chunk) for chunk in column.chunks]


def blocks(chunk: Plain) -> Iterator[Array]:
    """Numbers as contiguous float64, missing ones NaN. A block is overwritten by the next: use it before."""
    values, valid = chunk.values, chunk.valid
    if valid is None and values.dtype == np.float64 and values.flags.c_contiguous and values.flags.aligned:
        yield values
        return
    room = np.empty(min(_BLOCK, len(values)))
    for start in range(0, len(values), _BLOCK):
        block = room[: min(_BLOCK, len(values) - start)]
        block[:] = values[start : start + _BLOCK]
        if valid is not None:
            block[~valid[start : start + _BLOCK]] = np.nan
        yield block


def _numbers(name: str, chunk: Chunk) -> Plain:
    kind = "levels" if isinstance(chunk, Coded) else chunk.values.dtype
    if isinstance(chunk, Coded) or chunk.values.dtype.kind not in "fiubO":
        raise InvalidTableError(f"Column {name} is of type {kind}, where the baseline has numbers.")
    if chunk.values.dtype.kind != "O":
        return chunk
    try:
        return Plain(np.array([_number(value) for value in chunk.values.tolist()], dtype=np.float64), chunk.valid)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidTableError(f"Column {name} holds something else than numbers.") from error


def _number(value: Any) -> float:
    if isinstance(value, str | bytes):
        raise TypeError(value)
    return float("nan") if absent(value) else float(value)


def absent(value: Any) -> bool:
    """Whether a value stands for a missing one: None, NaN, or pandas' NA."""
    try:
        return value is None or bool(value != value)  # NaN alone differs from itself
    except TypeError:  # NA will not say
        return True
