"""The server: it listens, keeps time, and ends without failing a request that it took."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator

from fairlead_chassis.http.connection import Connection
from fairlead_chassis.http.shared import Shared

_SWEEP = 0.5


class Server(Shared):
    """Connections to one application."""

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

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP)
            self._sweep()

    def _sweep(self) -> None:
        self.clock = asyncio.get_running_loop().time()
        self.heads.refresh()
        for connection in tuple(self.connections):
            connection.sweep(self.clock)
