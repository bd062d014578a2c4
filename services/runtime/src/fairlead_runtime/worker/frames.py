"""Tables between replica and worker: length-prefixed msgpack, no pickle in either direction."""

from typing import IO, Any

import msgspec
import numpy as np
from fairlead_contracts.adapters import Table

LENGTH = 8
LIMIT = 1 << 30
_NUMERIC = {"f": "<f8", "i": "<i8", "b": "|b1"}


class WireColumn(msgspec.Struct):
    """A column: numbers as little-endian bytes, or texts."""

    name: str
    dtype: str
    data: bytes = b""
    texts: list[str | None] = []


class Frame(msgspec.Struct):
    """A table, or what went wrong."""

    columns: list[WireColumn] = []
    error: str | None = None
    failed: bool = False
    """The worker is of no further use."""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Frame)


def packed(frame: Frame) -> bytes:
    """A frame as it goes through the pipe."""
    data = _ENCODER.encode(frame)
    return len(data).to_bytes(LENGTH, "little") + data


def unpacked(data: bytes | bytearray) -> Frame:
    """A frame without its length. Raises: ValueError when it is no frame of ours."""
    try:
        return _DECODER.decode(data)
    except msgspec.MsgspecError as error:
        raise ValueError("not a frame") from error


def size_of(head: bytes | bytearray) -> int:
    """How many bytes follow. Raises: ValueError when they are too many."""
    size = int.from_bytes(head, "little")
    if size > LIMIT:
        raise ValueError("a frame over the limit")
    return size


def write(stream: IO[bytes], frame: Frame) -> None:
    """Send one frame."""
    stream.write(packed(frame))
    stream.flush()


def read(stream: IO[bytes]) -> Frame | None:
    """Receive one frame; None at the end. Raises: ValueError when it is no frame of ours."""
    head = stream.read(LENGTH)
    if len(head) < LENGTH:
        return None
    size = size_of(head)
    data = stream.read(size)
    return None if len(data) < size else unpacked(data)


def frame_of(table: Table) -> Frame:
    """A table as a frame."""
    return Frame([_column(name, np.asarray(values)) for name, values in table.items()])


def table_of(frame: Frame) -> dict[str, "np.ndarray[Any, Any]"]:
    """A frame as a table."""
    return {column.name: _array(column) for column in frame.columns}


def _column(name: str, values: "np.ndarray[Any, Any]") -> WireColumn:
    dtype = _NUMERIC.get(values.dtype.kind)
    if dtype is None:
        return WireColumn(name, "text", texts=[_text(each) for each in values.tolist()])
    return WireColumn(name, dtype, np.ascontiguousarray(values, dtype=dtype).tobytes())


def _text(value: object) -> str | None:
    return None if value is None or value != value else str(value)  # only NaN differs from itself


def _array(column: WireColumn) -> "np.ndarray[Any, Any]":
    if column.dtype == "text":
        return np.array(column.texts, dtype=object)
    if column.dtype not in _NUMERIC.values():
        raise ValueError("a column of an unknown type")
    return np.frombuffer(column.data, dtype=column.dtype).copy()  # frameworks write into their input
