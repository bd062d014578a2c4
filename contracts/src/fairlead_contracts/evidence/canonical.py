"""Canonical JSON: the one byte form of a value, so that hashes and signatures over it can be checked anywhere."""

import hashlib
from collections.abc import Iterable
from typing import Any

from pydantic_core import to_json

INT_LIMIT = 2**53 - 1
"""Integers beyond this are not exact in every JSON reader; they travel as strings."""
DEPTH_LIMIT = 128

_TOO_DEEP = f"nest at most {DEPTH_LIMIT} deep"
_READY = frozenset((str, bool, type(None)))


class NotCanonicalError(ValueError):
    """A value has no canonical form here; `pointer` (RFC 6901) names the place, `reason` says what to write."""

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(f"no canonical form at {pointer or 'the top'}: {reason}")
        self.pointer = pointer
        self.reason = reason


def canonical(value: object) -> bytes:
    """The canonical JSON of a value of dict, list, tuple, str, bool, None and int.

    Raises: NotCanonicalError for floats, integers beyond 2**53-1, keys that are not text, lone surrogates,
    other types, and nesting deeper than 128.
    Source: RFC 8785, without its numbers that are not integers.
    """
    try:
        return _written(value)
    except NotCanonicalError as error:
        if error.reason == _TOO_DEEP:
            raise
        raise NotCanonicalError(_place(value, ""), error.reason) from None


def digest(data: bytes) -> str:
    """SHA-256 of bytes: `sha256:` and hex."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _written(value: object) -> bytes:
    ordered = _ordered(value, 0)
    try:
        return to_json(ordered)
    except ValueError:
        raise NotCanonicalError("", "half of a surrogate pair; write whole characters") from None


def _ordered(value: Any, depth: int) -> object:
    # The value with every object's members in canonical order. Text is looked at when it is written.
    kind = type(value)
    if kind is dict and depth <= DEPTH_LIMIT:
        members = {}
        for key in _sorted(value):
            member = value[key]
            members[key] = member if type(member) in _READY else _ordered(member, depth + 1)
        return members
    if kind is list and depth <= DEPTH_LIMIT:
        return [item if type(item) in _READY else _ordered(item, depth + 1) for item in value]
    if kind is int and -INT_LIMIT <= value <= INT_LIMIT:
        return value
    return value if kind in _READY else _unusual(value, depth)


def _unusual(value: object, depth: int) -> object:
    # Subclasses and tuples are what they hold; all else is refused.
    if isinstance(value, (dict, list, tuple)):
        if depth > DEPTH_LIMIT:
            raise NotCanonicalError("", _TOO_DEEP)
        return _ordered(dict(value) if isinstance(value, dict) else list(value), depth)
    if isinstance(value, int):
        if -INT_LIMIT <= value <= INT_LIMIT:
            return int(value)
        raise NotCanonicalError("", "an integer beyond 2**53-1; write it as a string")
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        raise NotCanonicalError("", "a float; write it as a string")
    raise NotCanonicalError("", "only objects, arrays, text, integers, true, false and null")


def _sorted(keys: Iterable[Any]) -> list[str]:
    try:
        ordered = sorted(keys)
        if not "".join(ordered).isascii():
            # The order is that of UTF-16 code units, which differs from Python's beyond U+D7FF.
            ordered.sort(key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    except TypeError:
        raise NotCanonicalError("", "keys must be text") from None
    return ordered


def _place(value: object, pointer: str) -> str:
    # The innermost place that has no canonical form by itself.
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    for name, member in members:
        try:
            _written(member)
        except NotCanonicalError:
            escaped = str(name).replace("~", "~0").replace("/", "~1")
            return _place(member, f"{pointer}/{escaped}")
    return pointer
