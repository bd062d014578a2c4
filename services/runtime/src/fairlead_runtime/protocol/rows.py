"""From tensors to rows, by column name or as one matrix in the signature's order; rows of many requests join."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fairlead_runtime.protocol.cells import FITS, Array, Cells, from_binary, from_json
from fairlead_runtime.protocol.requests import InputTensor, invalid
from fairlead_runtime.protocol.schema import Schema

ROW_LIMIT = 1_000_000
_EXACT = 2.0**53
_NAMED = 10
_TYPES = {"FP64": np.float64, "INT64": np.int64, "BOOL": np.bool_, "BYTES": object}


@dataclass(slots=True)
class Rows:
    """The rows of one request: a matrix of numbers row by row, or columns in the signature's order."""

    count: int
    matrix: Cells | None = None
    columns: list[Cells] | None = None


@dataclass(slots=True)
class Batch:
    """The rows of some requests as the model takes them; `matrix` (rows, inputs) where all inputs are FP64."""

    table: dict[str, Array]
    matrix: Array | None = None


class _Tail:
    """The raw bytes after the JSON, cut in the order of the tensors."""

    def __init__(self, data: memoryview) -> None:
        self._data, self._place = data, 0

    def cut(self, place: int, size: int) -> memoryview:
        pointer = f"/inputs/{place}/parameters/binary_data_size"
        if not 0 <= size <= len(self._data) - self._place:
            raise invalid(pointer, f"{len(self._data) - self._place} bytes are left after the tensors before this one")
        self._place += size
        return self._data[self._place - size : self._place]

    def end(self) -> None:
        if self._place != len(self._data):
            raise invalid("", f"{len(self._data) - self._place} bytes after the last tensor belong to none")


def rows_of(inputs: Sequence[InputTensor], schema: Schema, tail: memoryview | None = None) -> Rows:
    """The rows of a request; `tail` is what follows its JSON.

    Raises: InvalidRequestError naming the tensor that is missing, unknown, double, misshapen or of the wrong type.
    """
    rest = _Tail(tail) if tail is not None else None
    if len(inputs) == 1 and inputs[0].name not in schema.places and len(inputs[0].shape) == 2:  # a matrix
        rows = _matrix(inputs[0], schema, rest)
    else:
        rows = _named(inputs, schema, rest)
    if rest is not None:
        rest.end()
    return rows


def _named(inputs: Sequence[InputTensor], schema: Schema, tail: _Tail | None) -> Rows:
    found: list[Cells | None] = [None] * schema.width
    for place, tensor in enumerate(inputs):
        column = schema.places.get(tensor.name)
        if column is None:
            raise invalid(
                f"/inputs/{place}/name", "the model has no such input; GET the model's metadata for its inputs"
            )
        if found[column] is not None:
            raise invalid(f"/inputs/{place}/name", "this input is given twice")
        found[column] = _column(place, tensor, schema.inputs[column].datatype, tail)
        if tensor.shape[0] != inputs[0].shape[0]:
            raise invalid(
                f"/inputs/{place}/shape", f"{tensor.shape[0]} rows here, {inputs[0].shape[0]} in the first input"
            )
    columns = [cells for cells in found if cells is not None]
    if len(columns) != schema.width:
        raise invalid("/inputs", f"missing: {_missing(schema, found)}")
    return Rows(inputs[0].shape[0], columns=columns)


def _missing(schema: Schema, found: Sequence[Cells | None]) -> str:
    missing = [name for name, cells in zip(schema.names, found, strict=True) if cells is None]
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    return ", ".join(missing[:_NAMED]) + more


def _column(place: int, tensor: InputTensor, datatype: str, tail: _Tail | None) -> Cells:
    if tensor.datatype not in FITS[datatype]:
        raise invalid(f"/inputs/{place}/datatype", f"this input takes {datatype}")
    if len(tensor.shape) not in (1, 2) or tensor.shape[1:] not in ([], [1]):
        raise invalid(f"/inputs/{place}/shape", "one value a row: the shape is [rows] or [rows, 1]")
    return _values(place, tensor, datatype, _size(place, tensor.shape), tail)


def _size(place: int, shape: Sequence[int]) -> int:
    if not 1 <= shape[0] <= ROW_LIMIT:
        raise invalid(f"/inputs/{place}/shape", f"from 1 to {ROW_LIMIT:,} rows")
    return shape[0]


def _values(place: int, tensor: InputTensor, datatype: str, size: int, tail: _Tail | None) -> Cells:
    binary = tensor.parameters.binary_data_size if tensor.parameters is not None else None
    data = tensor.data
    if (not data) is (binary is None) or (binary is not None and tail is None):
        raise invalid(f"/inputs/{place}", "give the values either in data or as binary_data_size bytes after the JSON")
    try:
        if binary is not None and tail is not None:
            values = from_binary(tail.cut(place, binary), tensor.datatype, datatype)
        elif tensor.datatype == "FP16":
            raise invalid(f"/inputs/{place}/datatype", "FP16 goes as binary data only")
        else:
            values = from_json(data, datatype)
    except ValueError as error:
        raise invalid(f"/inputs/{place}/data", str(error)) from None
    if len(values) != size:
        raise invalid(f"/inputs/{place}/data", f"{len(values)} values for a shape of {size}")
    return values


def _matrix(tensor: InputTensor, schema: Schema, tail: _Tail | None) -> Rows:
    rows, width = _size(0, tensor.shape), schema.width
    if tensor.shape[1] != width:
        more = " and more" if width > _NAMED else ""
        raise invalid("/inputs/0/shape", f"the model takes {width} columns: {', '.join(schema.names[:_NAMED])}{more}")
    if schema.by_name:
        raise invalid("/inputs", f"a matrix holds numbers only; these columns go by name: {', '.join(schema.by_name)}")
    if tensor.datatype not in FITS["FP64"]:
        raise invalid("/inputs/0/datatype", "this model takes numbers")
    values = _values(0, tensor, "FP64", rows * width, tail)
    if schema.numbers:
        return Rows(rows, matrix=values)
    matrix = np.array(values, dtype=np.float64).reshape(rows, width)
    return Rows(rows, columns=[_cut(matrix[:, place], schema, place) for place in range(width)])


def _cut(values: Array, schema: Schema, place: int) -> Array:
    if schema.inputs[place].datatype == "FP64":
        return np.ascontiguousarray(values)
    if not np.all((values == np.floor(values)) & (np.abs(values) <= _EXACT)):
        raise invalid("/inputs/0/data", f"the column {schema.names[place]} takes whole numbers; large ones go by name")
    return values.astype(np.int64)


def joined(parts: Sequence[Rows], schema: Schema) -> Batch:
    """The rows of one or more requests, one after the other."""
    if all(each.matrix is not None for each in parts):
        matrix = _array([each.matrix for each in parts], np.float64).reshape(-1, schema.width)
        # The model gets a copy: what it writes into its input must not reach the profile.
        return Batch(dict(zip(schema.names, matrix.T.copy(order="C"), strict=True)), matrix)
    split = [each.columns if each.columns is not None else _split(each, schema.width) for each in parts]
    table = {
        column.name: _array([columns[place] for columns in split], _TYPES[column.datatype])
        for place, column in enumerate(schema.inputs)
    }
    return Batch(table)


def _split(rows: Rows, width: int) -> list[Cells]:
    matrix = np.array(rows.matrix, dtype=np.float64).reshape(-1, width)
    return [matrix[:, place] for place in range(width)]


def _array(pieces: Sequence[Any], kind: Any) -> Array:
    if len(pieces) == 1:
        # Frameworks write into their input, and an array over a body's bytes cannot be written.
        return np.array(pieces[0], dtype=kind)
    if all(type(piece) is list for piece in pieces):
        return np.array([value for piece in pieces for value in piece], dtype=kind)
    return np.concatenate([np.asarray(piece, dtype=kind) for piece in pieces])
