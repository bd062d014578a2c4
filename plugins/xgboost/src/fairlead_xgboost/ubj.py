"""Reading Universal Binary JSON, as XGBoost writes it: big-endian, typed arrays, no noops."""

import struct
from typing import Any

_NUMBERS = {
    b"i": struct.Struct(">b"), b"U": struct.Struct(">B"), b"I": struct.Struct(">h"), b"l": struct.Struct(">i"),
    b"L": struct.Struct(">q"), b"d": struct.Struct(">f"), b"D": struct.Struct(">d"),
}  # fmt: skip
_CONSTANTS: dict[bytes, Any] = {b"Z": None, b"T": True, b"F": False}
_DEPTH = 64


class UbjError(ValueError):
    """These bytes are no UBJ."""


def loads(data: bytes) -> Any:
    """The value in the bytes. Typed arrays of numbers are skipped and come back as their length.

    Raises: UbjError.
    """
    try:
        return _Reader(data).value(0)
    except (struct.error, IndexError, UnicodeDecodeError, MemoryError) as error:
        raise UbjError("these bytes are no UBJ, or were cut") from error


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.data):
            raise UbjError("the bytes end too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def value(self, depth: int, mark: bytes | None = None) -> Any:
        mark = mark or self.take(1)
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
        size = self.value(0)
        if not isinstance(size, int) or isinstance(size, bool):
            raise UbjError("a length that is no number")
        return size

    def object(self, depth: int) -> dict[str, Any]:
        found = {}
        while self.data[self.at : self.at + 1] != b"}":
            name = self.text()
            found[name] = self.value(depth + 1)
        self.at += 1
        return found

    def array(self, depth: int) -> Any:
        mark = None
        if self.data[self.at : self.at + 1] == b"$":
            self.at += 1
            mark = self.take(1)
        if self.data[self.at : self.at + 1] == b"#":
            self.at += 1
            count = self.size()
            if mark in _NUMBERS:
                self.take(count * _NUMBERS[mark].size)
                return count
            return [self.value(depth + 1, mark) for _ in range(count)]
        items = []
        while self.data[self.at : self.at + 1] != b"]":
            items.append(self.value(depth + 1))
        self.at += 1
        return items
