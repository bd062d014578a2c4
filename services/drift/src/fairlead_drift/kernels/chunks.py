"""Counting a chunk of values of one feature, small enough to stay in the nearest cache, several at a time.

Every loop here has one body for all values and no branch, so that it is compiled to vector instructions. Counts within
a loop are 32 bits wide, which costs less than 64; a chunk is far shorter than that.
"""

import numpy as np
from numba import njit

from fairlead_drift.kernels.wide import add_far, add_wide, field
from fairlead_drift.kernels.words import (
    COUNTS,
    FIELDS,
    GROUP,
    HIGH,
    LEAST,
    LOW,
    MOST,
    NEAR,
    SCALE,
    SIZE,
    SQUARES,
    SUMS,
    WIDTH,
)

CHUNK = 2048
SHIFT = 6755399441055744.0
"""1.5 * 2**52: what is added to it is rounded to a whole number, ties to even, which the low bits then hold."""
SHIFT_BITS = 0x4338000000000000
HALF = 0xFFFFFFFF


@njit
def _reached(values, first, second, third):
    """How many values have reached each of three edges; none reaches NaN."""
    one = two = three = np.int32(0)
    for place in range(values.size):
        value = values[place]
        one = np.int32(one + np.int32(value >= first))
        two = np.int32(two + np.int32(value >= second))
        three = np.int32(three + np.int32(value >= third))
    return np.int64(one), np.int64(two), np.int64(three)


@njit
def _present(values):
    count = np.int32(0)
    for place in range(values.size):
        count = np.int32(count + np.int32(values[place] == values[place]))  # NaN alone differs from itself
    return np.int64(count)


@njit
def _moments(values, scale, low, high):
    """Of those in [low, high], whose steps have 32 bits: how many, their sum, their squares' lower and upper half."""
    inside = np.int32(0)
    total = lower = upper = np.int64(0)
    for place in range(values.size):
        value = values[place]
        fits = (value >= low) & (value <= high)
        inside = np.int32(inside + np.int32(fits))
        near = value if fits else 0.0
        step = np.float64(near * scale + SHIFT).view(np.int64) - SHIFT_BITS
        square = np.int64(np.int32(step)) * np.int64(np.int32(step))
        total += step
        lower += square & HALF
        upper += square >> 32
    return np.int64(inside), total, lower, upper


@njit
def _stretch(values, floats, least, most):
    """Widen the extremes at two places to these values; a comparison with NaN is false, so NaN changes nothing."""
    small, large = floats[least], floats[most]
    for place in range(values.size):
        small = values[place] if values[place] < small else small
        large = values[place] if values[place] > large else large
    floats[least], floats[most] = small, large


@njit
def _add_moments(memory, floats, feature, values):
    """Add a chunk to the extremes and the sums; how many of its values are present."""
    width, at = memory[WIDTH], memory[SUMS] + feature
    least, most = at + LEAST * width, at + MOST * width
    scale, near = floats[field(memory, SCALE, feature)], floats[field(memory, NEAR, feature)]
    inside, total, lower, upper = _moments(values, scale, max(floats[least], -near), min(floats[most], near))
    present = values.size if inside == values.size else _present(values)
    if inside != present:
        _stretch(values, floats, least, most)
        inside, total, lower, upper = _moments(values, scale, max(floats[least], -near), min(floats[most], near))
    add_wide(memory, at, width, total, total >> 63)
    add_wide(memory, at + SQUARES * width, width, upper << 32, upper >> 32)
    add_wide(memory, at + SQUARES * width, width, lower, 0)
    if inside != present:
        for place in range(values.size):
            if abs(values[place]) > near:
                add_far(memory, at, width, values[place] * scale)
    return present


@njit
def count_chunk(memory, floats, feature, values):
    """Add a chunk to a numeric feature's counts, sums and extremes. Shapes: values (n,) float64, n <= CHUNK."""
    width, counts, size = memory[WIDTH], memory[field(memory, COUNTS, feature)], memory[field(memory, SIZE, feature)]
    low, high = floats[field(memory, LOW, feature)], floats[field(memory, HIGH, feature)]
    edges, extremes = field(memory, FIELDS, feature), memory[SUMS] + LEAST * width + feature
    present = _add_moments(memory, floats, feature, values)
    beyond = 0
    if floats[extremes + width] > high:
        beyond = _reached(values, np.nextafter(high, np.inf), np.nan, np.nan)[0]
    memory[counts + size + 2] += beyond
    memory[counts + size + 3] += values.size - present
    for last in range((size + GROUP - 1) // GROUP * GROUP - 1, -1, -GROUP):
        at = edges + last * width
        three = _reached(values, floats[at - 2 * width], floats[at - width], floats[at])
        for place in range(last, last - GROUP, -1):
            if place < size:
                memory[counts + place + 2] += three[place - last + 2] - beyond
                beyond = three[place - last + 2]
    inside = present if floats[extremes] >= low else _reached(values, low, np.nan, np.nan)[0]
    memory[counts + 1] += inside - beyond
    memory[counts] += present - inside
