"""Reading a FlatBuffer by field numbers, every offset and length checked against the bytes that there are.

The layout is that of the FlatBuffers internals page: a table starts with the signed distance back to its vtable; the
vtable holds its own size, the table's size, and for each field its place in the table, 0 where it is absent.
"""

import struct
from dataclasses import dataclass
from typing import Any, Literal

_FORMATS = {"i": 4, "I": 4, "f": 4, "d": 8, "b": 1, "B": 1, "H": 2, "h": 2}


class DamagedError(ValueError):
    """An offset or a length leads out of the file."""


@dataclass(frozen=True)
class Table:
    """One table of the buffer."""

    data: memoryview
    at: int

    def scalar(self, field: int, kind: str, default: Any = 0) -> Any:
        """A number; `kind` is its struct code."""
        place = self._place(field)
        return default if place is None else _number(self.data, place, kind)

    def text(self, field: int) -> str:
        """A text; empty where it is absent."""
        place = self._place(field)
        return "" if place is None else _text(self.data, _target(self.data, place))

    def table(self, field: int) -> "Table":
        """A table of its own. Raises: DamagedError when it is absent."""
        place = self._place(field)
        if place is None:
            raise DamagedError("a table is missing")
        return Table(self.data, _target(self.data, place))

    def numbers(self, field: int, kind: Literal["i", "I", "f", "d"]) -> "memoryview[Any]":
        """A vector of numbers, not copied."""
        start, count = self._vector(field, _FORMATS[kind])
        # CatBoost writes little-endian, as all machines are that it and this run on.
        vector: memoryview[Any] = self.data[start : start + count * _FORMATS[kind]].cast(kind)
        return vector

    def tables(self, field: int) -> list["Table"]:
        """A vector of tables."""
        start, count = self._vector(field, 4)
        return [Table(self.data, _target(self.data, start + 4 * place)) for place in range(count)]

    def texts(self, field: int) -> list[str]:
        """A vector of texts."""
        start, count = self._vector(field, 4)
        return [_text(self.data, _target(self.data, start + 4 * place)) for place in range(count)]

    def pairs(self, field: int) -> list[tuple[int, int]]:
        """A vector of structs of two 16-bit numbers."""
        start, count = self._vector(field, 4)
        return list(struct.iter_unpack("<HH", self.data[start : start + 4 * count]))

    def _place(self, field: int) -> int | None:
        back = _number(self.data, self.at, "i")
        vtable = self.at - back
        size = _number(self.data, vtable, "H")
        entry = 4 + 2 * field
        within = _number(self.data, vtable + entry, "H") if entry + 2 <= size else 0
        return self.at + within if within else None

    def _vector(self, field: int, width: int) -> tuple[int, int]:
        place = self._place(field)
        if place is None:
            return 0, 0
        start = _target(self.data, place)
        count = _number(self.data, start, "I")
        if start + 4 + count * width > len(self.data):
            raise DamagedError("a list leads out of the file")
        return start + 4, count


def root(data: memoryview) -> Table:
    """The buffer's first table. Raises: DamagedError."""
    return Table(data, _target(data, 0))


def _number(data: memoryview, at: int, kind: str) -> Any:
    if at < 0 or at + _FORMATS[kind] > len(data):
        raise DamagedError("an offset leads out of the file")
    return struct.unpack_from(f"<{kind}", data, at)[0]


def _target(data: memoryview, at: int) -> int:
    distance = int(_number(data, at, "I"))
    if distance == 0:
        raise DamagedError("an offset leads nowhere")
    return at + distance


def _text(data: memoryview, at: int) -> str:
    length = _number(data, at, "I")
    if at + 4 + length > len(data):
        raise DamagedError("a text leads out of the file")
    return bytes(data[at + 4 : at + 4 + length]).decode()
