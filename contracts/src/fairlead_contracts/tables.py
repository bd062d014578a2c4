"""Checking a table where it enters a model; works on numpy arrays without importing numpy."""

from collections.abc import Sequence

from fairlead_contracts.adapters import Table
from fairlead_contracts.errors import InvalidTableError

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
