"""Counting a block: a matrix of numbers and one of codes, all features of its rows in one call."""

import numpy as np
from numba import njit, types

from fairlead_drift.kernels.cache import kernel
from fairlead_drift.kernels.chunks import count_chunk
from fairlead_drift.kernels.columns import tally
from fairlead_drift.kernels.rows import count_row
from fairlead_drift.kernels.wide import coded
from fairlead_drift.kernels.words import (
    CATEGORICAL,
    CODE,
    FULL,
    LANES,
    MANY,
    MOST_ROWS,
    NUMERIC,
    OKAY,
    SHAPE,
    SPENT,
    SQUARES,
    STATE,
    SUMS,
    WIDTH,
)

FEW, SOME, TILE = 20, 1024, 256
"""Up to FEW rows go row by row, others column by column, a TILE of rows at a time; up to SOME keep the lock."""
_MEMORY = types.int64[::1]
_ANY = (types.Array(types.float64, 2, "A", readonly=True), types.Array(types.int32, 2, "A", readonly=True))


@njit
def _why(memory, numeric, codes):
    """Why this block cannot be counted; looked at before anything is counted."""
    if numeric.shape[1] != memory[NUMERIC] or codes.shape[1] != memory[CATEGORICAL]:
        return SHAPE
    if numeric.shape[0] != codes.shape[0]:
        return SHAPE
    for feature in range(codes.shape[1]):
        bins, wrong = memory[coded(memory, feature) + 1], False
        for row in range(codes.shape[0]):
            wrong |= (codes[row, feature] < 0) | (codes[row, feature] >= bins)
        if wrong:
            return CODE
    width = memory[WIDTH]
    highest = memory[memory[SUMS] + (SQUARES + 1) * width :][:width].max() if width else 0
    return SPENT if highest >= FULL or memory[memory[STATE]] > MOST_ROWS - numeric.shape[0] else OKAY


@njit
def _count_tiles(memory, floats, numeric, codes):
    values, column = np.empty(TILE), np.empty(TILE, dtype=np.int32)
    for start in range(0, numeric.shape[0], TILE):
        tile = numeric[start : start + TILE]
        for feature in range(tile.shape[1]):
            source, target = tile[:, feature], values[: tile.shape[0]]
            for row in range(target.size):
                target[row] = source[row]
            count_chunk(memory, floats, feature, target)
    for feature in range(codes.shape[1]):
        record = coded(memory, feature)
        tallies = np.zeros((LANES, memory[record + 1]), dtype=np.int64)
        for start in range(0, codes.shape[0], TILE):
            some = codes[start : start + TILE, feature]
            for row in range(some.size):
                column[row] = some[row]
            tally(memory, record, column[: some.size], tallies)
            tallies[:] = 0


@kernel(types.int64(_MEMORY, types.float64[:, ::1], types.int32[:, ::1]), types.int64(_MEMORY, *_ANY), nogil=False)
def fold_rows(memory, numeric, codes):
    """Add a block of up to `SOME` rows; what it answers is in `words`. Shapes: numeric (n, k), codes (n, c).

    Keeps the interpreter's lock: getting it back could take longer than counting.
    """
    answer = _why(memory, numeric, codes)
    if answer != OKAY:
        return answer
    rows, floats = numeric.shape[0], memory.view(np.float64)
    if rows > SOME:
        return MANY
    if rows <= FEW:
        for row in range(rows):
            count_row(memory, floats, numeric, codes, row)
    else:
        _count_tiles(memory, floats, numeric, codes)
    memory[memory[STATE]] += rows
    return OKAY


@kernel(types.int64(_MEMORY, *_ANY))
def fold_block(memory, numeric, codes):
    """Add a block of any number of rows, without the interpreter's lock; else as `fold_rows`."""
    answer = _why(memory, numeric, codes)
    if answer == OKAY:
        _count_tiles(memory, memory.view(np.float64), numeric, codes)
        memory[memory[STATE]] += numeric.shape[0]
    return answer


@kernel(types.int64(_MEMORY, *_ANY))
def refused(memory, numeric, codes):
    """What `fold_rows` would answer to a block, however many rows it has; nothing is counted."""
    return _why(memory, numeric, codes)
