"""From tensors to the table that a model takes: by column name, or one tensor in the signature's order."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from fairlead_contracts.adapters import Column, Signature

from fairlead_runtime.codec import InputTensor, invalid

Array = np.ndarray[Any, Any]
_INTEGERS = frozenset(("INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"))
_FITS: dict[str, frozenset[str]] = {
    "FP64": frozenset(("FP64", "FP32")) | _INTEGERS,
    "INT64": _INTEGERS,
    "BOOL": frozenset(("BOOL",)),
    "BYTES": frozenset(("BYTES",)),
}
_FLOATS = msgspec.json.Decoder(list[float | None])
_INTS = msgspec.json.Decoder(list[int])
_BOOLS = msgspec.json.Decoder(list[bool])
_TEXTS = msgspec.json.Decoder(list[str | None])
_ROWS = msgspec.json.Decoder(list[list[Any]])
ROW_LIMIT = 1_000_000
_EXACT = 2.0**53


def table_of(inputs: Sequence[InputTensor], signature: Signature) -> dict[str, Array]:
    """The columns of the signature, in its order, each of the same length.

    Raises: InvalidRequestError naming the tensor that is missing, unknown, double, misshapen or of the wrong type.
    """
    columns = {column.name: column for column in signature.inputs}
    if len(inputs) == 1 and inputs[0].name not in columns and len(inputs[0].shape) == 2:  # a matrix
        return _matrix(inputs[0], signature)
    found: dict[str, Array] = {}
    for place, tensor in enumerate(inputs):
        if tensor.name not in columns:
            raise invalid(
                f"/inputs/{place}/name", "the model has no such input; GET the model's metadata for its inputs"
            )
        if tensor.name in found:
            raise invalid(f"/inputs/{place}/name", "this input is given twice")
        found[tensor.name] = _column(place, tensor, columns[tensor.name])
    missing = [name for name in columns if name not in found]
    if missing:
        raise invalid("/inputs", f"missing: {', '.join(missing)}")
    _same_length(inputs, found)
    return {name: found[name] for name in columns}


def _same_length(inputs: Sequence[InputTensor], found: dict[str, Array]) -> None:
    rows = len(found[inputs[0].name])
    for place, tensor in enumerate(inputs):
        if len(found[tensor.name]) != rows:
            raise invalid(f"/inputs/{place}/shape", f"{tensor.shape[0]} rows here, {rows} in the first input")


def _column(place: int, tensor: InputTensor, column: Column) -> Array:
    if tensor.datatype not in _FITS[column.datatype]:
        raise invalid(f"/inputs/{place}/datatype", f"this input takes {column.datatype}")
    if len(tensor.shape) not in (1, 2) or tensor.shape[1:] not in ([], [1]):
        raise invalid(f"/inputs/{place}/shape", "one value a row: the shape is [rows] or [rows, 1]")
    return _values(place, tensor, column.datatype, _size(place, tensor.shape))


def _size(place: int, shape: list[int]) -> int:
    if not 1 <= shape[0] <= ROW_LIMIT:
        raise invalid(f"/inputs/{place}/shape", f"from 1 to {ROW_LIMIT:,} rows")
    return shape[0]


def _values(place: int, tensor: InputTensor, datatype: str, size: int) -> Array:
    pointer = f"/inputs/{place}/data"
    try:
        values = _decoded(tensor.data, datatype)
    except (msgspec.DecodeError, OverflowError, RecursionError, TypeError, ValueError):
        raise invalid(pointer, f"the values are not all {datatype}") from None
    if len(values) != size:
        raise invalid(pointer, f"{len(values)} values for a shape of {size}")
    if datatype == "FP64" and np.isinf(values).any():
        raise invalid(pointer, "infinity is not a value; leave missing values null")
    return values


def _decoded(data: msgspec.Raw, datatype: str) -> Array:
    raw = bytes(data)
    if raw.startswith(b"[") and raw[1:].lstrip().startswith(b"["):
        raw = msgspec.json.encode(_flat(_ROWS.decode(raw)))
    if datatype == "FP64":
        return np.array(_FLOATS.decode(raw), dtype=np.float64)
    if datatype == "INT64":
        return np.array(_INTS.decode(raw), dtype=np.int64)
    if datatype == "BOOL":
        return np.array(_BOOLS.decode(raw), dtype=np.bool_)
    return np.array(_TEXTS.decode(raw), dtype=object)


def _flat(rows: list[list[Any]]) -> list[Any]:
    if len({len(row) for row in rows}) != 1:
        raise ValueError("rows of different lengths")
    return [value for row in rows for value in row]


def _matrix(tensor: InputTensor, signature: Signature) -> dict[str, Array]:
    rows, width = _size(0, tensor.shape), len(signature.inputs)
    if tensor.shape[1] != width:
        raise invalid("/inputs/0/shape", f"the model takes {width} columns: {', '.join(_names(signature))}")
    named = [column.name for column in signature.inputs if column.datatype in ("BYTES", "BOOL")]
    if named:
        raise invalid("/inputs", f"a matrix holds numbers only; these columns go by name: {', '.join(named)}")
    if tensor.datatype not in _FITS["FP64"]:
        raise invalid("/inputs/0/datatype", "this model takes numbers")
    values = _values(0, tensor, "FP64", rows * width).reshape(rows, width)
    return {column.name: _cut(values[:, place], column) for place, column in enumerate(signature.inputs)}


def _cut(values: Array, column: Column) -> Array:
    if column.datatype == "FP64":
        return np.ascontiguousarray(values)
    if not np.all((values == np.floor(values)) & (np.abs(values) <= _EXACT)):
        raise invalid("/inputs/0/data", f"the column {column.name} takes whole numbers; large ones go by name")
    return values.astype(np.int64)


def _names(signature: Signature) -> list[str]:
    return [column.name for column in signature.inputs]
