"""One kept connection to a replica: a request goes out in one piece, its answer comes back whole."""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import cast

import httptools

from fairlead_gateway.inference.answers import Headers

_DROPPED = frozenset((b"connection", b"transfer-encoding", b"content-length", b"keep-alive", b"server", b"date"))
_INLINE = 65_536
"""Bodies up to this size go out in one piece with their head."""


class BrokeOffError(Exception):
    """The connection ended before its answer was whole. `begun`: a part of it had come."""

    def __init__(self, *, begun: bool) -> None:
        super().__init__("the replica ended the connection")
        self.begun = begun


@dataclass(frozen=True)
class Answer:
    """What a replica answered."""

    status: int
    body: bytes
    headers: Headers


class Wire(asyncio.Protocol):
    """A connection that serves one request at a time. `used`: it has answered before."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._answered: asyncio.Future[Answer] | None = None
        self._headers: Headers = []
        self._chunks: list[bytes] = []
        self._begun = self._headless = False
        self.open, self.used = False, False

    async def exchange(self, head: bytes, body: bytes, *, without_body: bool = False) -> Answer:
        """Send a request and wait for its answer. `without_body`: the answer to a HEAD has none.

        Raises: BrokeOffError. When cancelled the connection is closed: what still comes on it belongs to nobody.
        """
        self._headers, self._chunks, self._begun, self._headless = [], [], False, without_body
        self._answered = asyncio.get_running_loop().create_future()
        if not self.open:
            raise BrokeOffError(begun=False)
        if len(body) <= _INLINE:
            self._transport.write(head + body)
        else:
            self._transport.writelines((head, body))
        try:
            return await self._answered
        except asyncio.CancelledError:
            self.close()
            raise
        finally:
            self._answered, self.used = None, True

    def close(self) -> None:
        """End the connection."""
        self.open = False
        self._transport.abort()

    # What the transport tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands."""
        self._transport, self.open = cast(asyncio.Transport, transport), True

    def connection_lost(self, _: Exception | None) -> None:
        """It ended."""
        self.open = False
        self._fail()

    def data_received(self, data: bytes) -> None:
        """Bytes came; what nobody asked for ends the connection."""
        if self._answered is None:
            self.close()
            return
        self._begun = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()
            self._fail()

    def _fail(self) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(BrokeOffError(begun=self._begun))

    # What the parser tells

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        name = name.lower()
        if name not in _DROPPED:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is whole."""
        if self._headless:
            self._whole(reusable=False)

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._chunks.append(body)

    def on_message_complete(self) -> None:
        """The answer is whole."""
        self._whole(reusable=self._parser.should_keep_alive())

    def _whole(self, *, reusable: bool) -> None:
        body = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(Answer(self._parser.get_status_code(), body, self._headers))
        if not reusable:
            self.open = False
            with contextlib.suppress(RuntimeError):
                self._transport.close()
