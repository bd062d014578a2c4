"""One column from whatever holds one."""

from typing import Any

import numpy as np
from fairlead_contracts.errors import InvalidTableError

from fairlead_drift.tables.chunks import Chunk, Coded, Column, Plain


def column_of(name: str, values: Any) -> Column:
    """A column from an array, a masked array, a pandas or polars series, an Arrow array, or a list.

    Raises: InvalidTableError for what has not one dimension, or holds what is no value.
    """
    if isinstance(values, Column):
        return values
    if isinstance(values, np.ndarray):
        return Column(name, (_of_numpy(name, values),))
    if hasattr(values, "iloc"):
        return Column(name, (_of_pandas(name, values),))
    if hasattr(values, "__arrow_c_stream__") or hasattr(values, "__arrow_c_array__"):
        from fairlead_drift.tables.arrow import chunks_of

        return Column(name, chunks_of(name, values))
    return Column(
        name, (_of_numpy(name, _of_list(values) if isinstance(values, list | tuple) else np.asarray(values)),)
    )


def _of_numpy(name: str, values: "np.ndarray[Any, Any]") -> Plain:
    if values.ndim != 1:
        raise InvalidTableError(f"Column {name} is not one-dimensional.")
    if isinstance(values, np.ma.MaskedArray):
        return Plain(values.data, ~np.ma.getmaskarray(values) if np.ma.is_masked(values) else None)
    return Plain(values)


def _of_list(values: Any) -> "np.ndarray[Any, Any]":
    """Numbers as numbers; all else as it is, since numpy would make texts of a list that holds one."""
    array = np.array(values, dtype=None if all(isinstance(each, int | float) for each in values) else object)
    return array if array.dtype.kind in "biufO" else array.astype(object)


def _of_pandas(name: str, series: Any) -> Chunk:
    kind = getattr(series.dtype, "kind", "O")
    if isinstance(series.dtype, np.dtype):
        return _of_numpy(name, series.to_numpy())
    if hasattr(series, "cat"):
        return Coded(series.cat.codes.to_numpy(), series.cat.categories.tolist())
    if kind in "fiu":
        return _of_numpy(name, series.to_numpy(dtype=np.float64, na_value=np.nan))
    return _of_numpy(name, series.to_numpy(dtype=object))
