"""Protocol Buffers' wire format, as far as ONNX uses it: fields by number, each value a number or a slice of bytes."""

import struct
from collections.abc import Iterator
from typing import TypeAlias

Value: TypeAlias = "int | memoryview"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MOST = 10


class WireError(ValueError):
    """These bytes are no message, or were cut."""


class Fields:
    """The fields of one message. Nothing is copied: sub-messages are slices of the file."""

    def __init__(self, data: memoryview) -> None:
        self._found: dict[int, list[Value]] = {}
        for number, value, _, _ in fields(data):
            self._found.setdefault(number, []).append(value)

    def messages(self, number: int) -> "list[Fields]":
        """The sub-messages of a repeated field."""
        return [Fields(each) for each in self.slices(number)]

    def message(self, number: int) -> "Fields | None":
        """The sub-message of a field."""
        found = self.slices(number)
        return Fields(found[-1]) if found else None

    def slices(self, number: int) -> list[memoryview]:
        """The bytes of a repeated field. Raises: WireError when it is of numbers."""
        found = self._found.get(number, [])
        if not all(isinstance(each, memoryview) for each in found):
            raise WireError("bytes are expected")
        return [each for each in found if isinstance(each, memoryview)]

    def text(self, number: int) -> str:
        """The text of a field, empty where it is not there."""
        found = self.slices(number)
        return bytes(found[-1]).decode() if found else ""

    def texts(self, number: int) -> list[str]:
        """The texts of a repeated field."""
        return [bytes(each).decode() for each in self.slices(number)]

    def whole(self, number: int, default: int = 0) -> int:
        """The whole number of a field."""
        return self.wholes(number)[-1] if number in self._found else default

    def wholes(self, number: int) -> list[int]:
        """The whole numbers of a repeated field, packed or not, signed by 64 bits."""
        listed: list[int] = []
        for value in self._found.get(number, []):
            if isinstance(value, int):
                listed.append(value)
            else:
                at = 0
                while at < len(value):
                    one, at = _varint(value, at)
                    listed.append(one)
        return [each - (1 << 64) if each >> 63 else each for each in listed]

    def count(self, number: int, size: int) -> int:
        """How many numbers of this many bytes a repeated field holds, packed or not."""
        found = self._found.get(number, [])
        return sum(1 if isinstance(each, int) else len(each) // size for each in found)

    def __contains__(self, number: int) -> bool:
        return number in self._found


def fields(data: memoryview) -> Iterator[tuple[int, Value, int, int]]:
    """Number, value, and where it begins and ends, of each field in turn. Raises: WireError."""
    at = 0
    while at < len(data):
        began = at
        key, at = _varint(data, at)
        kind, number = key & 7, key >> 3
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield number, value, began, at
            continue
        size = {_FIXED64: 8, _FIXED32: 4}.get(kind)
        if kind == _BYTES:
            size, at = _varint(data, at)
        if size is None or number == 0 or size > len(data) - at:
            raise WireError("a length or a type that cannot be")
        part = data[at : at + size]
        at += size
        fixed = int.from_bytes(part, "little") if kind != _BYTES else part
        yield number, fixed, began, at


def field(number: int, value: bytes | memoryview) -> bytes:
    """A field of bytes, written."""
    return _written(number << 3 | _BYTES) + _written(len(value)) + bytes(value)


def number_field(number: int, value: int) -> bytes:
    """A field of a whole number that is not negative, written."""
    return _written(number << 3 | _VARINT) + _written(value)


def floats(data: memoryview) -> list[float]:
    """Packed 32-bit floats."""
    return [each for (each,) in struct.iter_unpack("<f", data)]


def _written(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for place in range(_MOST):
        if at + place >= len(data):
            raise WireError("the bytes end too early")
        byte = data[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value & ((1 << 64) - 1), at + place + 1
    raise WireError("a number without end")
