"""Checking a table where it enters a model, and laying its numbers out as a matrix."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fairlead_contracts.adapters import Table
from fairlead_contracts.errors import InvalidTableError

if TYPE_CHECKING:
    import numpy as np

_KINDS = frozenset("fiubO")
_NAMED = 10


def rows_of(table: Table, names: Sequence[str]) -> int:
    """The number of rows of the named columns; others in the table are not looked at.

    Shapes: each named column is 1-D, all of one length.
    Raises: InvalidTableError naming the columns that are missing, no column of numbers, truth values or texts, or of
    another length than the first. The values of texts are not looked at.
    """
    missing = [name for name in names if name not in table]
    if missing:
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise InvalidTableError(f"The table lacks {', '.join(missing[:_NAMED])}{more}.")
    rows = None
    for name in names:
        values = table[name]
        if getattr(values, "ndim", None) != 1:
            raise InvalidTableError(f"Column {name} is not a 1-D array: give one value a row.")
        if values.dtype.kind not in _KINDS:
            raise InvalidTableError(f"Column {name} holds neither numbers nor truth values nor texts (object of str).")
        if rows is None:
            rows = len(values)
        elif len(values) != rows:
            raise InvalidTableError(f"Column {name} has {len(values)} rows, the first column {rows}.")
    if rows is None:
        raise InvalidTableError("The table has no columns.")
    return rows


def matrix_of(
    table: Table, names: Sequence[str], width: int | None = None, dtype: str = "f8"
) -> "np.ndarray[Any, Any]":
    """The named columns, or without names all of them in order, as the columns of one new matrix.

    Shapes: (rows, columns), each column contiguous; `dtype` is numpy's name of a float type.
    Raises: InvalidTableError as `rows_of` does, and where there are not `width` columns, or one holds texts.
    """
    import numpy as np

    try:
        columns = [table[name] for name in names] if names else [*table.values()]
        shape = columns[0].shape
        if len(shape) == 1 and width in (None, len(columns)) and all(column.shape == shape for column in columns):
            # One copy and one check of the types: what no float can hold without a lie, numpy does not cast.
            flat: np.ndarray[Any, Any] = np.concatenate(columns, dtype=dtype, casting="same_kind")
            return flat.reshape(len(columns), shape[0]).T
    except (KeyError, IndexError, AttributeError, TypeError, ValueError):
        pass
    raise _refusal(table, names or tuple(table), width)


def _refusal(table: Table, names: Sequence[str], width: int | None) -> InvalidTableError:
    rows_of(table, names)
    if width is not None and len(names) != width:
        return InvalidTableError(f"The model takes {width} columns, the table has {len(names)}.")
    texts = next((name for name in names if table[name].dtype == object), names[0])
    return InvalidTableError(f"Column {texts} holds texts, and the model takes numbers in it.")
