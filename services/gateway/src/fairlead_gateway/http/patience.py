"""Patience with bodies: each may take a while to begin, then has to come at no less than a slow line's rate."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fairlead_contracts.errors import RequestTimeoutError
from starlette.requests import ClientDisconnect

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
GRACE, SLOWEST = 20.0, 16_384
"""Seconds that any body may take, and bytes a second that a longer one must keep up on average."""


def patient(receive: Receive, grace: float = GRACE, slowest: int = SLOWEST) -> Receive:
    """The receiving side of a request whose body ends in time, or in an error.

    Raises, when awaited: RequestTimeoutError for a body that is too slow, ClientDisconnect for one that breaks off.
    """
    loop = asyncio.get_running_loop()
    due, whole = loop.time() + grace, False

    async def receiving() -> MutableMapping[str, Any]:
        nonlocal due, whole
        if whole:
            return await receive()
        try:
            async with asyncio.timeout_at(due):
                message = await receive()
        except TimeoutError:
            raise RequestTimeoutError("The body did not come in time.") from None
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        due += len(message.get("body", b"")) / slowest
        whole = not message.get("more_body", False)
        return message

    return receiving
