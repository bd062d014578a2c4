"""The kept connections to each replica: the one that was used last is used next, so that spare ones end."""

import asyncio
import time
from collections import deque
from urllib.parse import urlsplit

from fairlead_gateway.inference.wire import Wire

CONNECT_WITHIN = 2.0
_IDLE = 60.0
"""Seconds after which an unused connection is ended; the replica ends it after 75."""


class Pool:
    """Connections by address."""

    def __init__(self) -> None:
        self._idle: dict[str, deque[tuple[float, Wire]]] = {}

    async def take(self, address: str) -> Wire:
        """A kept connection, else a new one. Raises: OSError when the replica cannot be reached within 2 s."""
        idle = self._idle.get(address)
        while idle:
            since, wire = idle.pop()
            if wire.open and time.monotonic() - since < _IDLE:
                return wire
            wire.close()
        return await self.fresh(address)

    async def fresh(self, address: str) -> Wire:
        """A new connection. Raises: OSError."""
        url = urlsplit(address)
        host, port = url.hostname or "", url.port or 80
        async with asyncio.timeout(CONNECT_WITHIN):
            _, wire = await asyncio.get_running_loop().create_connection(Wire, host, port)
        return wire

    def give_back(self, address: str, wire: Wire) -> None:
        """Keep a connection whose answer is whole, and end those that nobody used for a while."""
        if not wire.open:
            return
        idle, now = self._idle.setdefault(address, deque()), time.monotonic()
        idle.append((now, wire))
        while idle and now - idle[0][0] > _IDLE:
            idle.popleft()[1].close()

    def forget(self, known: set[str]) -> None:
        """End the connections to replicas that are gone."""
        for address in self._idle.keys() - known:
            for _, wire in self._idle.pop(address):
                wire.close()

    def close(self) -> None:
        """End all."""
        self.forget(set())
