"""Bodies of requests: JSON objects of bounded size and depth."""

import json
from typing import Any

from fairlead_contracts.errors import MalformedBodyError, TooLargeError

SIZE, DEPTH = 1_048_576, 64


def parsed(body: bytes) -> dict[str, Any]:
    """The object in a body, read as any other reader of JSON would: a name that stands twice, a number that JSON does
    not have, or another encoding than UTF-8 is refused, not interpreted.

    Raises: TooLargeError, MalformedBodyError.
    """
    if len(body) > SIZE:
        raise TooLargeError(f"The body is over the limit of {SIZE:,} bytes.")
    try:
        value = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise MalformedBodyError("The body is not JSON in UTF-8, or nested too deeply.") from None
    if not isinstance(value, dict):
        raise MalformedBodyError("The body must be a JSON object.")
    if _depth(value) > DEPTH:
        raise MalformedBodyError(f"The body is nested more than {DEPTH} deep.")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedBodyError("A name stands twice in one object of the body.")
    return found


def _no_number(_text: str) -> float:
    raise MalformedBodyError("The body holds a number that JSON does not have: NaN or an infinity.")


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= DEPTH:
        depth += 1
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
            if isinstance(inner, dict | list)
        ]
    return depth
