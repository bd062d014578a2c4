"""Folding columns into a profile's memory: all of a table is looked at before anything is counted."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from fairlead_contracts.errors import InvalidTableError

from fairlead_drift.errors import ProfileError
from fairlead_drift.features import Array, Bins, Categorical
from fairlead_drift.kernels.words import FULL, MOST_ROWS, SQUARES, STATE, SUMS, WIDTH
from fairlead_drift.levels import encode, encode_array
from fairlead_drift.tables import Column, columns_of
from fairlead_drift.tables.chunks import Plain
from fairlead_drift.tables.numbers import blocks, numbers_of

_NAMED = 10
_FEW = 1024
Task = Callable[[], None]


def as_block(baseline: Bins, columns: Mapping[str, Any]) -> tuple[Array, Array] | None:
    """Few rows in plain arrays as a block, so that one kernel call counts them; None for all else."""
    arrays = [columns.get(feature.name) for feature in baseline.features]
    rows = len(arrays[0]) if arrays and isinstance(arrays[0], np.ndarray) and arrays[0].ndim == 1 else _FEW + 1
    if rows > _FEW:
        return None
    numeric, codes = np.empty((rows, len(baseline.numeric))), np.empty((rows, len(baseline.categorical)), np.int32)
    number = code = 0
    for feature, values in zip(baseline.features, arrays, strict=True):
        if type(values) is not np.ndarray or values.shape != (rows,):
            return None
        if isinstance(feature, Categorical):
            codes[:, code] = encode_array(feature, values)
            code += 1
        elif values.dtype.kind in "fiub":
            numeric[:, number] = values
            number += 1
        else:
            return None
    return numeric, codes


def fold_columns(memory: Array, baseline: Bins, table: Any, threads: int) -> None:
    """Fold a table in. Raises: ProfileError, and then nothing was counted."""
    try:
        columns = columns_of(table)
        rows = _rows(columns, baseline)
        tasks = list(_tasks(memory, baseline, columns))
    except InvalidTableError as error:
        raise ProfileError(error.detail) from error
    require_room(memory, rows)
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda task: task(), tasks))
    else:
        for task in tasks:
            task()
    memory[memory[STATE]] += rows


def require_room(memory: Array, rows: int) -> None:
    """Raises: ProfileError when the profile's rows or sums of squares cannot take this many rows more."""
    first = memory[SUMS] + (SQUARES + 1) * memory[WIDTH]
    if int(memory[memory[STATE]]) > MOST_ROWS - rows or (memory[first : first + memory[WIDTH]] >= FULL).any():
        raise ProfileError("This profile is full; begin a new one.")


def _rows(columns: Mapping[str, Column], baseline: Bins) -> int:
    missing = [each.name for each in baseline.features if each.name not in columns]
    if missing:
        raise ProfileError(f"The rows lack {', '.join(missing[:_NAMED])}.")
    lengths = {columns[each.name].rows for each in baseline.features}
    if len(lengths) > 1:
        raise ProfileError("The columns are of different lengths.")
    return lengths.pop() if lengths else 0


def _tasks(memory: Array, baseline: Bins, columns: Mapping[str, Column]) -> Iterator[Task]:
    """What is left to do, feature by feature; each one touches words of its own, so that threads can share them."""
    from fairlead_drift.kernels.columns import count_codes

    number = code = 0
    for feature in baseline.features:
        column = columns[feature.name]
        if isinstance(feature, Categorical):
            for codes in encode(feature, column):
                yield partial(count_codes, memory, code, codes)
            code += 1
        else:
            yield partial(_count, memory, number, numbers_of(column))
            number += 1


def _count(memory: Array, number: int, chunks: list[Plain]) -> None:
    from fairlead_drift.kernels.columns import count_values

    for chunk in chunks:
        for values in blocks(chunk):
            count_values(memory, number, values)
