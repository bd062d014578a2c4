"""Request bodies: read under a limit, parsed, and merged with what path and query carry."""

import json
from collections.abc import AsyncIterator
from typing import Any

from fairlead_contracts.errors import FieldError, InvalidRequestError, MalformedBodyError, TooLargeError
from fairlead_contracts.operations import Operation
from fastapi import Request

JSON_LIMIT = 1_048_576


async def read(stream: AsyncIterator[bytes], limit: int) -> bytes:
    """A whole body. Raises: TooLargeError as soon as it is over the limit."""
    chunks, size = [], 0
    async for chunk in stream:
        size += len(chunk)
        if size > limit:
            raise TooLargeError(f"The body is over the limit of {limit:,} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)


async def fields_of(request: Request, operation: Operation[Any, Any]) -> dict[str, Any]:
    """The operation's request as plain fields, from path, query and body.

    Raises: MalformedBodyError, TooLargeError; InvalidRequestError when a field is given twice.
    """
    given: dict[str, Any] = dict(request.path_params)
    if operation.method == "GET":
        others: dict[str, Any] = dict(request.query_params)
    else:
        others = _object(await read(request.stream(), JSON_LIMIT))
    twice = sorted(given.keys() & others.keys())
    if twice:
        places = [FieldError(pointer=f"/{name}", detail="stands in the path already") for name in twice]
        raise InvalidRequestError(f"Given twice: {', '.join(twice)}.", places)
    return given | others


def _object(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedBodyError("The body is not JSON, or nested too deeply.") from None
    if not isinstance(value, dict):
        raise MalformedBodyError("The body must be a JSON object.")
    return value
