"""How these tests ask a real server what it allows: `may_publish(client, subject)`, `may_hear(client, subject)`."""

from collections.abc import Awaitable, Callable

import pytest
from fairlead_chassis.natsd.connect import settle
from nats.aio.client import Client

Asks = Callable[[Client, str], Awaitable[bool]]


async def _publish(client: Client, subject: str) -> bool:
    await client.publish(subject, b"{}", reply=client.new_inbox())
    return await _no_violation(client, "publish", subject)


async def _subscribe(client: Client, subject: str) -> bool:
    await client.subscribe(subject)
    return await _no_violation(client, "subscription", subject)


async def _no_violation(client: Client, act: str, subject: str) -> bool:
    await settle(client)  # the server answers in order, so a violation is here by then
    return f'permissions violation for {act} to "{subject.lower()}"' not in str(client.last_error).lower()


@pytest.fixture
def may_publish() -> Asks:
    return _publish


@pytest.fixture
def may_hear() -> Asks:
    return _subscribe
