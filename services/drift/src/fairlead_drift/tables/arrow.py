"""Columns from whatever speaks Arrow's C interface: buffers are looked at where they lie, texts become Python's.

Source: the Arrow C data and C stream interfaces, and their PyCapsule protocol; nanoarrow reads them.
"""

from typing import Any

import nanoarrow
import numpy as np
from fairlead_contracts.errors import InvalidTableError

from fairlead_drift.tables.chunks import Array, Chunk, Coded, Column, Plain

_NUMBERS, _TRUTHS, _TEXTS, _NOTHING = frozenset("cCsSiIlLefg"), "b", frozenset(("u", "U", "vu")), "n"


def columns_of_stream(table: Any) -> dict[str, Column]:
    """The columns of a table. Raises: InvalidTableError when it is none, or has two columns of one name."""
    try:
        stream = nanoarrow.c_array_stream(table)
    except (TypeError, NotImplementedError) as error:
        raise InvalidTableError(
            "This is no table: give a mapping of name to array, a data frame or an Arrow table."
        ) from error
    schema = stream.get_schema()
    names = [schema.child(place).name for place in range(schema.n_children)]
    if schema.format != "+s" or len(set(names)) < len(names):
        raise InvalidTableError("This is no table of differently named columns.")
    batches = [list(batch.children) for batch in stream]
    return {
        name: Column(name, tuple(_chunk(name, batch[place]) for batch in batches)) for place, name in enumerate(names)
    }


def chunks_of(name: str, column: Any) -> tuple[Chunk, ...]:
    """The chunks of a series or an array. Raises: InvalidTableError for dates, lists and what else is no value."""
    return tuple(_chunk(name, array) for array in nanoarrow.c_array_stream(column))


def _chunk(name: str, array: Any) -> Chunk:
    view, form = array.view(), array.schema.format
    rows = slice(view.offset, view.offset + len(view))
    valid = _bits(view.buffer(0), rows) if view.null_count else None
    if array.dictionary is not None:
        levels = nanoarrow.Array(array.dictionary).to_pylist()
        places = np.asarray(view.buffer(1))[rows]
        return Coded(places if valid is None else np.where(valid, places, len(levels)), levels)
    if form in _NUMBERS:
        return Plain(np.asarray(view.buffer(1))[rows], valid)
    if form == _TRUTHS:
        return Plain(_bits(view.buffer(1), rows), valid)
    if form in _TEXTS or form == _NOTHING:
        return Plain(np.array([*nanoarrow.Array(array).iter_py(), None], dtype=object)[:-1])
    raise InvalidTableError(
        f"Column {name} is of Arrow type {array.schema.format}; numbers, truth values and texts can be profiled."
    )


def _bits(buffer: Any, rows: slice) -> Array:
    """A bitmap's bits of these rows. Shapes: (n,) bool."""
    packed = np.frombuffer(buffer, dtype=np.uint8)
    return np.unpackbits(packed[: -(-rows.stop // 8)], count=rows.stop, bitorder="little")[rows].view(np.bool_)
