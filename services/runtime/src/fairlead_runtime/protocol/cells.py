"""The values of one tensor: JSON into lists, raw little-endian bytes into arrays, each held to its type."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import numpy as np

Array = np.ndarray[Any, Any]
Cells = list[Any] | Array
"""The values of a column, or of a matrix row by row; texts are always a list."""

_Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_JSON: dict[str, msgspec.json.Decoder[list[Any]]] = {
    "FP64": msgspec.json.Decoder(list[float | None]),
    "INT64": msgspec.json.Decoder(list[_Int64]),
    "BOOL": msgspec.json.Decoder(list[bool]),
    "BYTES": msgspec.json.Decoder(list[str | None]),
}
_nested = re.compile(rb"\s*\[\s*\[").match
_ROWS = msgspec.json.Decoder(list[list[Any]])
_INTEGERS = {
    f"{sign}INT{bits}": f"<{kind}{bits // 8}" for sign, kind in (("", "i"), ("U", "u")) for bits in (8, 16, 32, 64)
}
BINARY = {"BOOL": "|u1", "FP16": "<f2", "FP32": "<f4", "FP64": "<f8", **_INTEGERS}
"""The numpy type of each datatype's raw bytes."""
FITS: dict[str, frozenset[str]] = {
    "FP64": frozenset(("FP64", "FP32", "FP16", *_INTEGERS)),
    "INT64": frozenset(_INTEGERS),
    "BOOL": frozenset(("BOOL",)),
    "BYTES": frozenset(("BYTES",)),
}
"""For each datatype of a signature, those that a client may send for it."""


def from_json(data: bytes | msgspec.Raw, datatype: str) -> list[Any]:
    """The values of flat or nested JSON as those of a signature's datatype.

    Raises: ValueError when they are not of that type, or of rows of different lengths.
    """
    try:
        if _nested(data):
            data = msgspec.json.encode(_flat(_ROWS.decode(data)))
        return _JSON[datatype].decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError(f"the values are not all {datatype}") from error


def _flat(rows: list[list[Any]]) -> list[Any]:
    if len({len(row) for row in rows}) != 1:
        raise ValueError("rows of different lengths")
    return [value for row in rows for value in row]


def from_binary(data: memoryview, sent: str, datatype: str) -> Cells:
    """The values of raw bytes in the datatype `sent`, as those of a signature's datatype.

    Raises: ValueError when the bytes are no whole number of values, or hold what is none.
    """
    if sent == "BYTES":
        return list(_texts(data))
    kind = np.dtype(BINARY[sent])
    if len(data) % kind.itemsize:
        raise ValueError(f"{len(data)} bytes are no whole number of {sent}")
    values = np.frombuffer(data, dtype=kind)
    if sent == "BOOL":
        if (values > 1).any():
            raise ValueError("a truth value is one byte, 0 or 1")
        return values.astype(np.bool_)
    if datatype == "INT64":
        if sent == "UINT64" and (values > np.uint64(2**63 - 1)).any():
            raise ValueError("a number beyond INT64")
        return values.astype(np.int64)
    floats = values.astype(np.float64)
    if np.isinf(floats).any():
        raise ValueError("infinity is not a value; send NaN for a missing one")
    return floats


def _texts(data: memoryview) -> Iterator[str]:
    place, end = 0, len(data)
    while place < end:
        start = place + 4
        stop = start + int.from_bytes(data[place:start], "little")
        if start > end or stop > end:
            raise ValueError("a text is longer than the bytes that are left")
        try:
            yield str(data[start:stop], "utf-8")
        except UnicodeDecodeError:
            raise ValueError("a text is not UTF-8") from None
        place = stop
