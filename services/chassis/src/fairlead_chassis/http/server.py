"""The server: it listens, keeps time, and ends without failing a request that it took."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from typing import Protocol

from fairlead_chassis.http.answers import Heads
from fairlead_chassis.http.connection import Connection
from fairlead_chassis.http.limits import Limits
from fairlead_chassis.http.request import Request

_SWEEP = 0.5


class Application(Protocol):
    """What answers. Both calls return at once: `Request.respond` may come any time later."""

    def admit(self, request: Request) -> None:
        """Look at a head before its body comes. Raises: RefusedRequestError to end it there."""
        ...

    def handle(self, request: Request) -> None:
        """Answer a whole request with `Request.respond`, now or later, exactly once."""
        ...

    def refusal(self, status: int, detail: str) -> bytes:
        """The JSON body of a refusal by the server itself."""
        ...


class Server:
    """Connections to one application."""

    def __init__(self, application: Application, limits: Limits | None = None) -> None:
        self.application, self.limits = application, limits or Limits()
        self.connections: set[Connection] = set()
        self.heads = Heads()
        self.buffered = 0
        self.draining = False
        self.clock = asyncio.get_running_loop().time()
        self._empty = asyncio.Event()

    @contextlib.asynccontextmanager
    async def listening(self, listener: socket.socket, tls: ssl.SSLContext | None = None) -> AsyncIterator[None]:
        """Take connections on a bound socket until the block ends; then `drain` has 10 seconds."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(self), sock=listener, ssl=tls, backlog=1024)
        sweeping = asyncio.create_task(self._keep_time())
        try:
            yield
        finally:
            server.close()
            await self.drain(10.0)
            sweeping.cancel()

    async def drain(self, patience: float) -> None:
        """Answer what was taken, end idle connections; after so many seconds end the others too."""
        self.draining = True
        self._sweep()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self.empty()
        for connection in tuple(self.connections):
            connection.abort()

    async def empty(self) -> None:
        """Wait until there are no connections."""
        while self.connections:
            self._empty.clear()
            await self._empty.wait()

    def left(self) -> None:
        """A connection ended."""
        if not self.connections:
            self._empty.set()

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP)
            self._sweep()

    def _sweep(self) -> None:
        self.clock = asyncio.get_running_loop().time()
        self.heads.refresh()
        for connection in tuple(self.connections):
            connection.sweep(self.clock)
