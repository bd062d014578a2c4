"""Sorting doubles by their bits, and walking along two sorted samples."""

import numpy as np
from numba import njit, types

from fairlead_drift.kernels.cache import kernel

_BITS = 9
_UPPER, _ALL = np.array([28, 37, 46, 55]), np.array([0, 9, 18, 19, 28, 37, 46, 55])
"""Where the digits of a key begin: those that nearly always put it in order, and all of them."""
_MOVES = 8
_SIGN = -0x8000000000000000
_VALUES = types.Array(types.float64, 1, "C", readonly=True)


@njit
def _by_digit(source, target, shift):
    """Move keys to where their digit belongs, keeping the order of equal ones; False when all have the same digit."""
    places, mask = np.zeros(2**_BITS, dtype=np.int64), np.uint64(2**_BITS - 1)
    for place in range(source.size):
        places[np.int64((source[place] >> np.uint64(shift)) & mask)] += 1
    if places.max() == source.size:
        return False
    places = np.cumsum(places) - places
    for place in range(source.size):
        key = source[place]
        digit = np.int64((key >> np.uint64(shift)) & mask)
        at = places[digit]
        target[at] = key
        places[digit] = at + 1
    return True


@njit
def _settle(keys):
    """Put keys that are nearly in order in order; False when they are not nearly so, some moved."""
    left = _MOVES * keys.size
    for place in range(keys.size):
        key, to = keys[place], place
        while to > 0 and keys[to - 1] > key:
            keys[to] = keys[to - 1]
            to -= 1
        keys[to] = key
        left -= place - to
        if left < 0:
            return False
    return True


@kernel(types.float64[::1](_VALUES))
def sort(values):
    """A sorted copy: by the upper digits of the bits, from the last to the first, then by insertion.

    Where many values share their upper 36 bits, by all digits. Shapes: values (n,) float64, no NaN.
    Source: Knuth (1998), The Art of Computer Programming, vol. 3, 2nd ed., section 5.2.5, algorithm R.
    """
    keys, spare = np.empty(values.size, dtype=np.uint64), np.empty(values.size, dtype=np.uint64)
    bits = values.view(np.int64)
    for place in range(values.size):
        keys[place] = np.uint64(bits[place] ^ ((bits[place] >> 63) | _SIGN))
    for digits in (_UPPER, _ALL):
        for shift in digits:
            if _by_digit(keys, spare, shift):
                keys, spare = spare, keys
        if _settle(keys):
            break
    for place in range(values.size):
        key = np.int64(keys[place])
        spare[place] = np.uint64(key ^ ((~key >> 63) | _SIGN))
    return spare.view(np.float64)


@kernel(types.UniTuple(types.float64, 2)(_VALUES, _VALUES))
def walk(reference, live):
    """The largest gap, and the area, between two empirical distribution functions. Shapes: (n,) and (m,), ascending."""
    i = j = 0
    gap = area = 0.0
    before = min(reference[0], live[0])
    while i < reference.size and j < live.size:
        value = min(reference[i], live[j])
        apart = abs(i / reference.size - j / live.size)
        gap, area, before = max(gap, apart), area + apart * (value - before), value
        while i < reference.size and reference[i] <= value:
            i += 1
        while j < live.size and live[j] <= value:
            j += 1
    gap = max(gap, abs(i / reference.size - j / live.size))
    while i < reference.size:
        area += (1.0 - i / reference.size) * (reference[i] - before)
        before = reference[i]
        i += 1
    while j < live.size:
        area += (1.0 - j / live.size) * (live[j] - before)
        before = live[j]
        j += 1
    return gap, area
