"""What a request says: its path, its query or its body, as the plain fields of its operation."""

import functools
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

from fairlead_chassis.bus.bodies import SIZE, parsed
from fairlead_contracts.errors import InvalidRequestError, TooLargeError
from fairlead_contracts.operations import Operation
from fastapi import Request

AnyOperation = Operation[Any, Any]
_NUMBER = re.compile(r"-?[0-9]{1,17}(\.[0-9]{1,17})?(e-?[0-9]{1,2})?", re.ASCII)
_DIGITS = 30


async def read(stream: AsyncIterator[bytes], limit: int) -> bytes:
    """A whole body. Raises: TooLargeError as soon as it is over the limit."""
    chunks, size = [], 0
    async for chunk in stream:
        size += len(chunk)
        if size > limit:
            raise TooLargeError(f"The body is over the limit of {limit:,} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)


async def fields_of(request: Request, operation: AnyOperation) -> dict[str, Any]:
    """The operation's request as plain fields, from path, query and body.

    Raises: MalformedBodyError, TooLargeError; InvalidRequestError when a field is given twice, or where it does not
    belong.
    """
    given = _typed(operation, request.path_params)
    query = request.query_params.multi_items()
    if operation.method == "GET":
        _refuse("given twice", (name for name, _ in query if [each for each, _ in query].count(name) > 1))
        others = _typed(operation, dict(query))
    else:
        _refuse("fields of a change stand in its body, not in the query", (name for name, _ in query))
        body = await read(request.stream(), SIZE)
        others = parsed(body) if body else {}
    _refuse("stands in the path already", given.keys() & others.keys())
    return given | others


def _refuse(why: str, names: Any) -> None:
    if places := [{"loc": (name,), "msg": why, "type": "value_error"} for name in sorted(set(names))]:
        raise InvalidRequestError.at(places)


def _typed(operation: AnyOperation, texts: Mapping[str, str]) -> dict[str, Any]:
    # A path and a query hold nothing but text. What reads as the type of its field becomes that; the rest is refused
    # with everything else that does not fit.
    kinds = _kinds(operation.name, operation)
    return {name: _value(text, kinds.get(name, frozenset())) for name, text in texts.items()}


def _value(text: str, kinds: frozenset[str]) -> Any:
    digits = text.removeprefix("-")
    if "integer" in kinds and digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS:
        return int(text)
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    if "number" in kinds and _NUMBER.fullmatch(text):
        return float(text)
    return text


@functools.lru_cache(maxsize=512)
def _kinds(_name: str, operation: AnyOperation) -> dict[str, frozenset[str]]:
    fields: dict[str, dict[str, Any]] = (
        operation.request.model_json_schema()["properties"] if operation.request.model_fields else {}
    )
    return {
        name: frozenset(each.get("type", "") for each in schema.get("anyOf", [schema]))
        for name, schema in fields.items()
    }
