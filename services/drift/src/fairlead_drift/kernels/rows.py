"""Counting a row: all numeric features side by side, one vector lane each."""

import numpy as np
from numba import njit

from fairlead_drift.kernels.chunks import SHIFT, SHIFT_BITS
from fairlead_drift.kernels.wide import add_far, coded, field
from fairlead_drift.kernels.words import (
    COUNTS,
    EDGES,
    FIELDS,
    GROUP,
    HIGH,
    LEAST,
    LOW,
    MOST,
    NEAR,
    PLACES,
    SCALE,
    SIZE,
    SUMS,
    VALUES,
    WIDTH,
)


@njit
def _bins(memory, floats):
    """Find the place in memory of the count that each value adds to."""
    width = memory[WIDTH]
    values, places = floats[field(memory, VALUES, 0) :][:width], memory[field(memory, PLACES, 0) :][:width]
    counts, sizes = memory[field(memory, COUNTS, 0) :][:width], memory[field(memory, SIZE, 0) :][:width]
    lows, highs = floats[field(memory, LOW, 0) :][:width], floats[field(memory, HIGH, 0) :][:width]
    places[:] = 1
    for edge in range(0, memory[EDGES], GROUP):
        at = field(memory, FIELDS + edge, 0)
        first, second, third = floats[at:][:width], floats[at + width :][:width], floats[at + 2 * width :][:width]
        for lane in range(width):
            value = values[lane]
            places[lane] += (
                np.int64(value >= first[lane]) + np.int64(value >= second[lane]) + np.int64(value >= third[lane])
            )
    for lane in range(width):
        value = values[lane]
        place = 0 if value < lows[lane] else places[lane]
        place = sizes[lane] + 2 if value > highs[lane] else place
        places[lane] = counts[lane] + (place if value == value else sizes[lane] + 3)


@njit
def _sums(memory, floats):
    """Add each value to its feature's sums and extremes; how many values lie too far out for a step of 32 bits."""
    width, far = memory[WIDTH], 0
    values, nears = floats[field(memory, VALUES, 0) :][:width], floats[field(memory, NEAR, 0) :][:width]
    scales, at = floats[field(memory, SCALE, 0) :][:width], memory[SUMS]
    low, high = memory[at:][:width], memory[at + width :][:width]
    squares_low, squares_high = memory[at + 2 * width :][:width], memory[at + 3 * width :][:width]
    least, most = floats[at + LEAST * width :][:width], floats[at + MOST * width :][:width]
    for lane in range(width):
        value = values[lane]
        fits = abs(value) <= nears[lane]
        far += np.int64((value == value) & (not fits))
        near = value if fits else 0.0
        step = np.float64(near * scales[lane] + SHIFT).view(np.int64) - SHIFT_BITS
        square = np.int64(np.int32(step)) * np.int64(np.int32(step))
        before, after = np.uint64(low[lane]), np.uint64(low[lane]) + np.uint64(step)
        low[lane] = np.int64(after)
        high[lane] += (step >> 63) + np.int64(after < before)
        before, after = np.uint64(squares_low[lane]), np.uint64(squares_low[lane]) + np.uint64(square)
        squares_low[lane] = np.int64(after)
        squares_high[lane] += np.int64(after < before)
        least[lane] = value if value < least[lane] else least[lane]
        most[lane] = value if value > most[lane] else most[lane]
    return far


@njit
def count_row(memory, floats, numeric, codes, row):
    """Add a row of a block to all features. Shapes: numeric (n, k), codes (n, c); the codes are bins."""
    values = floats[field(memory, VALUES, 0) :]
    for feature in range(numeric.shape[1]):
        values[feature] = numeric[row, feature]
    _bins(memory, floats)
    places = memory[field(memory, PLACES, 0) :]
    for feature in range(numeric.shape[1]):
        memory[places[feature]] += 1
    if _sums(memory, floats):
        for feature in range(numeric.shape[1]):
            if abs(values[feature]) > floats[field(memory, NEAR, feature)]:
                scaled = values[feature] * floats[field(memory, SCALE, feature)]
                add_far(memory, memory[SUMS] + feature, memory[WIDTH], scaled)
    for feature in range(codes.shape[1]):
        memory[memory[coded(memory, feature)] + codes[row, feature]] += 1
