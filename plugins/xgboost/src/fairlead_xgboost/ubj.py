"""Reading Universal Binary JSON, as XGBoost writes it: big-endian, arrays of numbers typed and counted, no noops."""

import struct
from dataclasses import dataclass
from typing import Any

_NUMBERS = {
    b"i": struct.Struct(">b"), b"U": struct.Struct(">B"), b"I": struct.Struct(">h"), b"l": struct.Struct(">i"),
    b"L": struct.Struct(">q"), b"d": struct.Struct(">f"), b"D": struct.Struct(">d"),
}  # fmt: skip
_CONSTANTS: dict[bytes, Any] = {b"Z": None, b"T": True, b"F": False}
_DEPTH = 64


class UbjError(ValueError):
    """These bytes are no UBJ."""


@dataclass(frozen=True)
class Numbers:
    """An array of numbers of one type, not read until asked for: a model has thousands that describing never needs."""

    mark: bytes
    data: bytes

    def tolist(self) -> list[Any]:
        """The numbers."""
        number = _NUMBERS[self.mark]
        count = len(self.data) // number.size
        return list(struct.unpack(f">{count}{number.format[1:]}", self.data))


def loads(data: bytes) -> Any:
    """The value in the bytes; arrays of numbers come as `Numbers`. Raises: UbjError."""
    try:
        return _Reader(data).value(0)
    except (struct.error, UnicodeDecodeError) as error:
        raise UbjError("these bytes are no UBJ, or were cut") from error


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.data):
            raise UbjError("the bytes end too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def value(self, depth: int) -> Any:
        mark = self.take(1)
        if depth > _DEPTH:
            raise UbjError("nested too deeply")
        if mark in _NUMBERS:
            return _NUMBERS[mark].unpack(self.take(_NUMBERS[mark].size))[0]
        if mark in _CONSTANTS:
            return _CONSTANTS[mark]
        if mark == b"S":
            return self.text()
        if mark == b"{":
            return self.object(depth)
        if mark == b"[":
            return self.array(depth)
        raise UbjError("an unknown type")

    def text(self) -> str:
        return self.take(self.size()).decode()

    def size(self) -> int:
        # What is counted takes a byte at least, so a count beyond the end is refused before anything is made of it.
        mark = self.take(1)
        size = _NUMBERS[mark].unpack(self.take(_NUMBERS[mark].size))[0] if mark in _NUMBERS else None
        if not isinstance(size, int) or not 0 <= size <= len(self.data) - self.at:
            raise UbjError("a length that cannot be")
        return size

    def next_is(self, mark: bytes) -> bool:
        if self.data[self.at : self.at + 1] != mark:
            return False
        self.at += 1
        return True

    def object(self, depth: int) -> dict[str, Any]:
        found = {}
        while not self.next_is(b"}"):
            name = self.text()
            found[name] = self.value(depth + 1)
        return found

    def array(self, depth: int) -> Any:
        mark = self.take(1) if self.next_is(b"$") else None
        if self.next_is(b"#"):
            count = self.size()
            if mark is None:
                return [self.value(depth + 1) for _ in range(count)]
            if mark in _NUMBERS:
                return Numbers(mark, self.take(count * _NUMBERS[mark].size))
        if mark is not None:
            raise UbjError("an array of an unknown type")
        items = []
        while not self.next_is(b"]"):
            items.append(self.value(depth + 1))
        return items
