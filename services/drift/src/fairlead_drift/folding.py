"""Folding a block into a profile's memory: a matrix of numbers and one of codes, one call for all features."""

from typing import Any

import numpy as np

from fairlead_drift.errors import ProfileError
from fairlead_drift.features import Array, Bins
from fairlead_drift.kernels.words import CODE, OKAY, SHAPE, STATE


def first_rows(memory: Array, numeric: Array, codes: Array) -> int:
    """Stand in for the kernel until the first block comes, so that reading and merging profiles load none."""
    global fold_rows
    from fairlead_drift.kernels import blocks

    fold_rows = blocks.fold_rows
    return int(fold_rows(memory, numeric, codes))


fold_rows = first_rows
OTHER = -1


def fold_any(memory: Array, baseline: Bins, numeric: Any, codes: Any) -> None:
    """Fold in a block that `fold_rows` did not take: of many rows, or of other types. Raises: ProfileError."""
    from fairlead_drift.kernels.blocks import fold_block, refused
    from fairlead_drift.kernels.columns import count_codes, count_values

    numbers, places = _doubles(numeric), _codes(codes)
    if not (numbers.flags.f_contiguous and places.flags.f_contiguous):
        answer = fold_block(memory, numbers, places)
    else:
        answer = refused(memory, numbers, places)
        if answer == OKAY:
            for feature in range(numbers.shape[1]):
                count_values(memory, feature, numbers[:, feature])
            for feature in range(places.shape[1]):
                count_codes(memory, feature, places[:, feature])
            memory[memory[STATE]] += len(numbers)
    if answer != OKAY:
        raise _refusal(answer, baseline, numbers, places)


def _doubles(numeric: Any) -> Array:
    values = np.asanyarray(numeric)
    if values.ndim != 2 or values.dtype.kind not in "fiub":
        raise ProfileError("The numeric features are a matrix of numbers, a row for each row.")
    if isinstance(values, np.ma.MaskedArray):
        return np.asarray(np.ma.filled(values.astype(np.float64), np.nan))
    return np.require(values, dtype=np.float64, requirements="A")


def _codes(codes: Any) -> Array:
    values = np.asarray(codes)
    if values.ndim != 2 or (values.dtype.kind not in "iu" and values.size):
        raise ProfileError("The codes are a matrix of whole numbers, a row for each row.")
    narrow = np.require(values, dtype=np.int32, requirements="A")
    if narrow is not values and (narrow != values).any():
        raise ProfileError("A code is larger than any feature has.")
    return narrow


def _refusal(answer: int, baseline: Bins, numeric: Array, codes: Array) -> ProfileError:
    if answer == SHAPE:
        shape = f"(n, {len(baseline.numeric)}) and codes (n, {len(baseline.categorical)})"
        return ProfileError(f"The block's numbers are {numeric.shape} and its codes {codes.shape}, not {shape}.")
    if answer == CODE:
        sizes = np.array([each.size for each in baseline.categorical])
        row, place = np.argwhere((codes < 0) | (codes >= sizes))[0]
        feature = baseline.categorical[place]
        return ProfileError(
            f"Row {row} has code {codes[row, place]} for {feature.name}, which has codes 0 to {feature.size - 1}."
        )
    return ProfileError("This profile is full; begin a new one.")
