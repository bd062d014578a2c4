"""Answers in the protocol's own form: JSON bodies, errors as `{"error": ...}`."""

import json
import math
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fairlead_contracts.errors import FairleadError

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
_RETRY = (429, 503)


async def send_json(send: Send, status: int, body: object) -> None:
    """Answer with a JSON body."""
    await send_bytes(send, status, json.dumps(body).encode(), [(b"content-type", b"application/json")])


async def send_error(send: Send, error: FairleadError) -> None:
    """Answer with an error as the protocol's clients read it."""
    headers = [(b"content-type", b"application/json")]
    if error.status in _RETRY:
        headers.append((b"retry-after", str(max(1, math.ceil(getattr(error, "after", 1.0)))).encode()))
    body = json.dumps({"error": error.detail, "code": error.code}).encode()
    await send_bytes(send, error.status, body, headers)


async def send_bytes(send: Send, status: int, body: bytes, headers: Headers) -> None:
    """Answer with bytes."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
