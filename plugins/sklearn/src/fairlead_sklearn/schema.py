"""Reading a skops file without skops: a zip with a schema.json that describes every object, and arrays beside it."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SCHEMA = "schema.json"
_LIMIT = 256 << 20
_DAMAGE = (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, NotImplementedError, EOFError, RecursionError)


class DamagedError(ValueError):
    """These bytes are no skops file, or a damaged one."""


@dataclass(frozen=True)
class Node:
    """One object of the file, as the schema has it."""

    archive: zipfile.ZipFile
    raw: dict[str, Any]

    @property
    def type(self) -> str:
        """Module and name of its class, or of the function that it is."""
        return f"{self.raw.get('__module__')}.{self.raw.get('__class__')}"

    def attribute(self, name: str) -> "Node | None":
        """An attribute of an instance."""
        state = self.raw.get("content")
        content = state.get("content") if isinstance(state, dict) else None
        found = content.get(name) if isinstance(content, dict) else None
        return Node(self.archive, found) if isinstance(found, dict) else None

    def items(self) -> list["Node"]:
        """The items of a list or tuple."""
        content = self.raw.get("content")
        if not isinstance(content, list) or not all(isinstance(each, dict) for each in content):
            raise DamagedError("a list is expected")
        return [Node(self.archive, each) for each in content]

    def value(self) -> Any:
        """A text, number, truth value or nothing."""
        return json.loads(self.raw["content"]) if self.raw.get("__loader__") == "JsonNode" else None

    def texts(self) -> tuple[str, ...]:
        """The values of a 1-D array, as text. Raises: DamagedError when it is none."""
        if self.raw.get("__loader__") != "NdArrayNode":
            raise DamagedError("an array is expected")
        if self.raw.get("type") == "numpy":
            return _array(_member(self.archive, str(self.raw["file"])))
        return tuple(str(item.value()) for item in self.items())


def read(data: bytes) -> Node:
    """The object in a skops file. Raises: DamagedError."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        schema = json.loads(_member(archive, SCHEMA))
    except _DAMAGE as error:
        raise DamagedError("no skops file, or a damaged one") from error
    if not isinstance(schema, dict):
        raise DamagedError("the schema is no object")
    return Node(archive, schema)


def is_skops(file: Any) -> bool:
    """True for a zip that has a schema in it."""
    try:
        with zipfile.ZipFile(file) as archive:
            return SCHEMA in archive.namelist()
    except _DAMAGE:
        return False


def types(node: Node) -> Iterator[tuple[str, str]]:
    """How it is stored and its full name, of every object in the file; of a method, its object's type and its name."""
    left: list[Any] = [node.raw]
    while left:
        each = left.pop()
        if isinstance(each, list):
            left += each
        elif isinstance(each, dict):
            left += each.values()
            if "__loader__" in each:
                loader, content = str(each["__loader__"]), each.get("content")
                method = f".{content.get('func')}" if loader == "MethodNode" and isinstance(content, dict) else ""
                yield loader, Node(node.archive, each).type + method


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _LIMIT:
        raise DamagedError(f"a part of the file is over {_LIMIT:,} bytes")
    return archive.read(name)


def _array(data: bytes) -> tuple[str, ...]:
    import numpy as np

    stream = io.BytesIO(data)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise DamagedError("an array of another format")
    shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    body = data[stream.tell() :]
    if dtype.hasobject or len(shape) != 1 or dtype.itemsize * shape[0] != len(body):
        raise DamagedError("an array of another shape")
    return tuple(str(each) for each in np.frombuffer(body, dtype=dtype).tolist())
