"""What the connections of one server share: the application, the limits, the time, what all hold together."""

import asyncio
from typing import Protocol

from fairlead_chassis.http.answers import Heads
from fairlead_chassis.http.limits import Limits
from fairlead_chassis.http.request import Request


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


class Held(Protocol):
    """A connection as its server holds it."""

    def sweep(self, now: float) -> None:
        """End the connection when its time is over."""
        ...

    def abort(self) -> None:
        """End at once."""
        ...


class Shared:
    """One server's state, as its connections see it."""

    def __init__(self, application: Application, limits: Limits | None = None) -> None:
        self.application, self.limits = application, limits or Limits()
        self.connections: set[Held] = set()
        self.heads = Heads()
        self.buffered = 0
        self.draining = False
        self.clock = asyncio.get_running_loop().time()
        self._empty = asyncio.Event()

    def left(self, connection: Held) -> None:
        """A connection ended."""
        self.connections.discard(connection)
        if not self.connections:
            self._empty.set()

    async def empty(self) -> None:
        """Wait until there are no connections."""
        while self.connections:
            self._empty.clear()
            await self._empty.wait()
