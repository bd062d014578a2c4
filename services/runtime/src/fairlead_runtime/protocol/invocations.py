"""What MLflow's clients send to `/invocations`: a frame or a list as JSON, to rows; and the answer as they read it.

The forms are those of MLflow's scoring protocol: `dataframe_split`, `dataframe_records`, `instances` and `inputs`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from fairlead_runtime.protocol.columns import column_of
from fairlead_runtime.protocol.requests import Parameters, Request, invalid, typed
from fairlead_runtime.protocol.rows import ROW_LIMIT, Rows
from fairlead_runtime.protocol.schema import Schema

_NAMED = 10
Record = dict[str, Any]


class Split(msgspec.Struct):
    """A frame: its columns' names, and its rows. An index has no meaning for a model."""

    columns: list[str]
    data: list[list[Any]]
    index: Any = None


class Invocation(msgspec.Struct):
    """One call; exactly one of the four forms of data."""

    dataframe_split: Split | None = None
    dataframe_records: list[Record] | None = None
    instances: list[Any] | None = None
    inputs: dict[str, list[Any]] | list[Any] | None = None
    params: Parameters | None = None
    id: str | None = None


_DECODER = msgspec.json.Decoder(Invocation)
_FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")


def invocation(body: bytes, schema: Schema) -> tuple[Request, Rows]:
    """The request and the rows of a body.

    Raises: MalformedBodyError, or InvalidRequestError at the row and column that does not fit.
    """
    asked = typed(_DECODER, body)
    given = [form for form in _FORMS if getattr(asked, form) is not None]
    if len(given) != 1:
        raise invalid("", f"send exactly one of {', '.join(_FORMS)}")
    columns = _READERS[given[0]](getattr(asked, given[0]), schema, f"/{given[0]}")
    count = len(columns[0])
    if not 1 <= count <= ROW_LIMIT:
        raise invalid(f"/{given[0]}", f"from 1 to {ROW_LIMIT:,} rows")
    pointer = f"/{given[0]}"
    cells = [
        column_of(values, column.datatype, f"{pointer}/{column.name}")
        for values, column in zip(columns, schema.inputs, strict=True)
    ]
    return Request(inputs=[], id=asked.id, parameters=asked.params), Rows(count, columns=cells)


def _split(split: Split, schema: Schema, pointer: str) -> list[list[Any]]:
    _hold_names(split.columns, schema, f"{pointer}/columns")
    by_place = _transposed(split.data, len(split.columns), f"{pointer}/data")
    found = dict(zip(split.columns, by_place, strict=True))
    return [found[name] for name in schema.names]


def _records(records: Sequence[Record], schema: Schema, pointer: str) -> list[list[Any]]:
    for place, record in enumerate(records):
        if record.keys() != schema.places.keys():
            _hold_names(list(record), schema, f"{pointer}/{place}", missing_is_null=True)
    return [[record.get(name) for record in records] for name in schema.names]


def _listed(rows: Sequence[Any], schema: Schema, pointer: str) -> list[list[Any]]:
    if rows and all(isinstance(row, dict) for row in rows):
        return _records(rows, schema, pointer)
    if schema.width == 1 and not any(isinstance(row, list) for row in rows):
        return [list(rows)]
    if not all(isinstance(row, list) for row in rows):
        raise invalid(pointer, "each row is a list in the signature's order, or an object by column name")
    return _transposed(rows, schema.width, pointer)


def _inputs(given: Mapping[str, list[Any]] | list[Any], schema: Schema, pointer: str) -> list[list[Any]]:
    if isinstance(given, list):
        return _listed(given, schema, pointer)
    _hold_names(list(given), schema, pointer)
    if len({len(values) for values in given.values()}) != 1:
        raise invalid(pointer, "columns of different lengths")
    # Tensors of shape [rows, 1], as MLflow's clients write a column of a matrix.
    return [_flat(given[name]) for name in schema.names]


_READERS: dict[str, Any] = {
    "dataframe_split": _split, "dataframe_records": _records, "instances": _listed, "inputs": _inputs,
}  # fmt: skip


def _flat(values: list[Any]) -> list[Any]:
    return [value[0] if isinstance(value, list) and len(value) == 1 else value for value in values]


def _transposed(rows: Sequence[list[Any]], width: int, pointer: str) -> list[list[Any]]:
    for place, row in enumerate(rows):
        if len(row) != width:
            raise invalid(f"{pointer}/{place}", f"{len(row)} values for {width} columns")
    return [[row[place] for row in rows] for place in range(width)]


def _hold_names(names: Sequence[str], schema: Schema, pointer: str, *, missing_is_null: bool = False) -> None:
    if len(set(names)) != len(names):
        raise invalid(pointer, "a column is given twice")
    unknown = [name for name in names if name not in schema.places]
    if unknown:
        raise invalid(pointer, f"the model has no such input: {_some(unknown)}; it takes {_some(schema.names)}")
    missing = [name for name in schema.names if name not in set(names)]
    if missing and not missing_is_null:
        raise invalid(pointer, f"missing: {_some(missing)}")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(name[:250] for name in names[:_NAMED]) + more
