"""Places in a profile's memory, and sums of 128 bits."""

import numpy as np
from numba import njit

from fairlead_drift.kernels.words import CODED, EDGES, FIELDS, HEAD, SATURATION, SQUARES, WIDTH


@njit
def field(memory, which, feature):
    """The place of a numeric feature's word of this field."""
    return HEAD + which * memory[WIDTH] + feature


@njit
def coded(memory, feature):
    """The place of a categorical feature's record."""
    return HEAD + (FIELDS + memory[EDGES]) * memory[WIDTH] + CODED * feature


@njit
def add_wide(memory, at, apart, low, high):
    """Add 128 bits, low word (unsigned) and high, to the sum whose words are at `at` and `apart` beyond."""
    before = np.uint64(memory[at])
    after = before + np.uint64(low)
    memory[at] = np.int64(after)
    memory[at + apart] += high + np.int64(after < before)


@njit
def add_far(memory, at, apart, scaled):
    """Add one value, in grid steps, to total and squares at `at`: rounded, ties to even, and saturated."""
    limit = float(2**SATURATION)
    step = np.int64(np.rint(min(max(scaled, -limit), limit)))
    add_wide(memory, at, apart, step, step >> 63)
    size = abs(step)
    upper, lower = size >> 23, size & 8388607
    squares = at + SQUARES * apart
    add_wide(memory, squares, apart, (upper * upper) << 46, (upper * upper) >> 18)
    add_wide(memory, squares, apart, (upper * lower) << 24, (upper * lower) >> 40)
    add_wide(memory, squares, apart, lower * lower, 0)
