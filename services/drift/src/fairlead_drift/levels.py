"""From values to the codes of a categorical feature's bins."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from fairlead_contracts.errors import InvalidTableError

from fairlead_drift.features import Array, Categorical, Codes
from fairlead_drift.tables.chunks import Coded, Column, Plain

_FEW = 64


def encode(feature: Categorical, column: Column) -> list[Array]:
    """The codes of a column's chunks. Shapes: (n,) int32 each."""
    return [
        _coded(feature.codes, chunk) if isinstance(chunk, Coded) else _plain(feature, chunk) for chunk in column.chunks
    ]


def _coded(codes: Codes, chunk: Coded) -> Array:
    table = np.array([*(codes[level] for level in chunk.levels), codes.missing], dtype=np.int32)
    inside = (chunk.places >= 0) & (chunk.places < len(chunk.levels))
    return np.asarray(table[np.where(inside, chunk.places, len(chunk.levels))])


def encode_array(feature: Categorical, values: Array) -> Array:
    """The codes of an array's values. Shapes: values (n,) of texts, truth values or numbers; (n,) int32."""
    few = values.dtype.kind not in "biuf" or len(values) <= _FEW
    return _each(feature.codes, values.tolist()) if few else _distinct(feature.codes, values)


def _plain(feature: Categorical, chunk: Plain) -> Array:
    found = encode_array(feature, chunk.values)
    if chunk.valid is not None:
        found[~chunk.valid] = feature.codes.missing
    return found


def _each(codes: Codes, values: Sequence[Any]) -> Array:
    """Raises: InvalidTableError for a list, a dictionary and the like among the values."""
    try:
        return np.fromiter(map(codes.__getitem__, values), dtype=np.int32, count=len(values))
    except TypeError as error:  # it cannot be looked up
        raise InvalidTableError("A column of levels holds something else than texts and numbers.") from error


def _distinct(codes: Codes, values: Array) -> Array:
    """Of numbers each value is turned into its text once."""
    seen, places = np.unique(values, return_inverse=True)
    return np.asarray(_each(codes, seen.tolist())[places.reshape(-1)])
