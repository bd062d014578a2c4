"""Counting a column of any length, chunk by chunk, without the interpreter's lock."""

import numpy as np
from numba import njit, types

from fairlead_drift.kernels.cache import kernel
from fairlead_drift.kernels.chunks import CHUNK, count_chunk
from fairlead_drift.kernels.wide import coded
from fairlead_drift.kernels.words import LANES

_MEMORY = types.int64[::1]
_VALUES = types.Array(types.float64, 1, "C", readonly=True)
_CODES = types.Array(types.int32, 1, "C", readonly=True)


@kernel(types.void(_MEMORY, types.int64, _VALUES))
def count_values(memory, feature, values):
    """Add values to the counts, sums and extremes of the numeric feature of this number. Shapes: values (n,)."""
    floats = memory.view(np.float64)
    for start in range(0, values.size, CHUNK):
        count_chunk(memory, floats, feature, values[start : start + CHUNK])


@njit
def tally(memory, record, codes, tallies):
    """Add codes, all of them bins, to a categorical record's counts; in several tallies, so that none awaits another.

    Shapes: codes (n,) int32; tallies (LANES, bins) int64, zero.
    """
    counts, whole = memory[record], codes.size // LANES * LANES
    for start in range(0, whole, LANES):
        some = codes[start : start + LANES]
        for lane in range(LANES):
            tallies[lane, np.uint32(some[lane])] += 1
    for place in range(whole, codes.size):
        tallies[0, np.uint32(codes[place])] += 1
    for code in range(tallies.shape[1]):
        for lane in range(LANES):
            memory[counts + code] += tallies[lane, code]


@kernel(types.void(_MEMORY, types.int64, _CODES))
def count_codes(memory, feature, codes):
    """Add codes, all of them bins, to the counts of the categorical feature of this number. Shapes: codes (n,)."""
    record = coded(memory, feature)
    tally(memory, record, codes, np.zeros((LANES, memory[record + 1]), dtype=np.int64))
