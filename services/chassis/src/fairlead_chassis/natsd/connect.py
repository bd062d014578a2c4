"""A connection to the bus that survives a server's restart, and says clearly why it cannot be made."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from nats.aio.client import Client

from fairlead_chassis.natsd.credentials import Credentials
from fairlead_chassis.natsd.errors import BusError, CredentialsRefusedError, UnreachableError
from fairlead_chassis.natsd.permissions import inbox

_logger = structlog.get_logger()

Closed = Callable[[], Awaitable[None]]


async def connect(
    url: str,
    credentials: Path | Credentials,
    *,
    name: str,
    closed: Closed | None = None,
    within: float = 5.0,
) -> Client:
    """Connect as the user of `credentials`, a file of them or themselves.

    `name` is what the server shows of this connection. `closed` is called when it is gone for good: by `close`, or
    because the server no longer accepts the credentials.
    """
    user = Credentials.load(credentials) if isinstance(credentials, Path) else credentials
    prefix = inbox(user.name)
    client = Client()
    watch = _Watch(name, client)
    try:
        async with asyncio.timeout(within):
            await client.connect(
                url,
                name=name,
                user_jwt_cb=lambda: bytearray(user.token, "ascii"),
                signature_cb=lambda nonce: base64.b64encode(user.key.sign(nonce.encode())),
                inbox_prefix=prefix,
                error_cb=watch.error,
                closed_cb=closed,
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.1,  # type: ignore[arg-type]  # annotated int, given to asyncio.sleep
                ping_interval=5,
                drain_timeout=10,
            )
    except TimeoutError as error:
        await client.close()
        what = f"No nats-server answers at {url} within {within:g} s ({client.last_error or 'silence'})."
        raise UnreachableError(what, "Start it first.") from error
    except (BusError, asyncio.CancelledError):
        await client.close()
        raise
    watch.connected = True
    return client


class _Watch:
    """Hears nats-py's errors: ends attempts that cannot succeed, at first and later, and logs the rest."""

    def __init__(self, name: str, client: Client) -> None:
        self.name = name
        self.client = client
        self.connected = False
        self.ending: asyncio.Task[None] | None = None

    async def error(self, error: Exception) -> None:
        refused = "authorization violation" in str(error).lower()
        if not self.connected:
            if refused:
                what = f"nats-server does not accept the credentials of {self.name}."
                raise CredentialsRefusedError(what, "Use those that were made for this server.") from error
            return
        _logger.warning("bus error", bus_user=self.name, error=str(error))
        if refused and not self.ending:  # nats-py would try ten times a second for ever
            self.ending = asyncio.create_task(self.client.close())


async def settle(client: Client) -> None:
    """Wait until the server has acted on everything that was sent before, subscriptions among it.

    One `flush` does not: nats-py writes its ping at once, and what is still buffered only after it.
    """
    await client.flush()
    await client.flush()
