"""HTTP/1.1 at the door: the limits and the patience that the parser leaves open, and its errors as problems.

What one parser on the way could read otherwise than another is refused: two hosts or two tokens, no host, trailers that
pose as headers, other versions of the protocol. After a request that was refused so, the connection ends.
"""

import functools
from asyncio import AbstractEventLoop, TimerHandle
from dataclasses import dataclass
from typing import Any

import structlog
from fairlead_contracts.errors import (
    FairleadError,
    HeadersTooLargeError,
    MalformedRequestError,
    RequestTimeoutError,
)
from fairlead_contracts.names import uuid7
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from fairlead_gateway.http.problems import MEDIA_TYPE

log = structlog.get_logger()
_ONCE = frozenset(
    (b"host", b"authorization", b"content-type", b"idempotency-key", b"fairlead-at-least", b"fairlead-project")
)
_VERSIONS = ("1.0", "1.1")


@dataclass(frozen=True)
class Limits:
    """What a client may send before a request is understood, and how long it may take; bytes and seconds."""

    head: int = 32_768
    fields: int = 100
    head_within: float = 15.0
    idle: float = 75.0
    rest_within: float = 10.0
    """How long the rest of a body is read and thrown away after its request was answered."""


class Protocol(HttpToolsProtocol):
    """One connection."""

    def __init__(
        self, config: Config, server_state: ServerState, app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None, *, limits: Limits,
    ) -> None:  # fmt: skip
        super().__init__(config, server_state, app_state, _loop)
        self.limits = limits
        self._timer: TimerHandle | None = None
        self._refusal: FairleadError | None = None
        self._answering: RequestResponseCycle | None = None
        self._in_head = self._over = self._begun = False
        self._size = self._fields = 0

    def connection_made(self, transport: Any) -> None:
        """A client is there, and has so long to ask."""
        super().connection_made(transport)
        self._wait(self.limits.head_within)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._wait(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse; a head that does not end is cut off at its limit, not kept."""
        if self._over:
            return
        was_in_head, self._begun = self._in_head, False
        super().data_received(data)
        if was_in_head and self._in_head and not self._begun and not self._over:
            self._size += len(data)
            if self._size > self.limits.head:
                self._refuse(self._too_large())

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._in_head = self._begun = True
        self._size = self._fields = 0
        self._wait(self.limits.head_within)

    def on_url(self, url: bytes) -> None:
        """A part of the request's target."""
        self._count(len(url), fields=0)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field. Those after the body are counted and dropped: no proxy looked at them as it did at the head."""
        self._count(len(name) + len(value) + 4, fields=1)
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """A whole head: the request begins, unless it could be read in two ways."""
        self._require_plain()
        self._in_head, self._size, self._fields = False, 0, 0
        self._wait(None)
        super().on_headers_complete()
        if self.parser.should_upgrade():
            # It is answered in HTTP/1.1, and what follows is no request of it to the parser.
            self.cycle.keep_alive, self._over = False, True

    def on_message_complete(self) -> None:
        """The body is whole."""
        super().on_message_complete()
        if self.cycle is not None and self.cycle.response_complete:
            self._wait(self.limits.idle)

    def on_response_complete(self) -> None:
        """An answer is out: wait for the rest of its request, or for the next."""
        rest = self._answering is not None and self._answering.more_body
        super().on_response_complete()
        if not self._in_head and (self.cycle is None or self.cycle.response_complete):
            self._wait(self.limits.rest_within if rest else self.limits.idle)

    def _unsupported_upgrade_warning(self) -> None:
        """No reason to warn: any client may offer another protocol."""

    def send_400_response(self, msg: str) -> None:
        """What the parser, or a limit, does not accept."""
        self._refuse(
            self._refusal or MalformedRequestError("This is not a request of HTTP/1.1 that can be understood.")
        )

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _count(self, size: int, fields: int) -> None:
        self._size += size
        self._fields += fields
        if self._size > self.limits.head or self._fields > self.limits.fields:
            self._stop(self._too_large())

    def _require_plain(self) -> None:
        names = [name for name, _ in self.headers]
        twice = sorted(name for name in _ONCE if names.count(name) > 1)
        version = self.parser.get_http_version()
        if twice:
            self._stop(MalformedRequestError(f"The header {twice[0].decode()} stands there twice."))
        if version not in _VERSIONS:
            self._stop(MalformedRequestError("Only HTTP/1.1 and HTTP/1.0 are spoken here."))
        if version == "1.1" and b"host" not in names:
            self._stop(MalformedRequestError("The header host is missing."))
        if self.parser.should_upgrade() and not {b"content-length", b"transfer-encoding"}.isdisjoint(names):
            self._stop(
                MalformedRequestError("A request with a body cannot ask for another protocol; leave upgrade out.")
            )

    def _stop(self, error: FairleadError) -> None:
        # Raised inside of the parser, which ends and has `send_400_response` called.
        self._refusal = error
        raise error

    def _too_large(self) -> FairleadError:
        return HeadersTooLargeError(
            f"The head of a request has at most {self.limits.head:,} bytes and {self.limits.fields} fields."
        )

    def _refuse(self, error: FairleadError) -> None:
        self._over = True
        self._wait(None)
        log.info("request refused", code=error.code, reason=error.detail)
        earlier, own = self._answering, None if self._in_head else self.cycle
        if earlier is not None and not earlier.response_complete and earlier is not own:
            # The answer to an earlier request is still due: it goes out alone, or this one would be taken for it.
            earlier.keep_alive = False
            self.pipeline.clear()
        elif own is not None and own.response_started:
            self.transport.close()
        else:
            self._answer(error)

    def _answer(self, error: FairleadError) -> None:
        id_ = uuid7()
        body = error.problem(id_).model_dump_json(exclude_defaults=True).encode()
        head = f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nx-request-id: {id_}\r\n"
        self.transport.write(STATUS_LINE[error.status] + f"{head}connection: close\r\n\r\n".encode() + body)
        self.transport.close()

    def _wait(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else self.loop.call_later(seconds, self._waited)

    def _waited(self) -> None:
        if self._in_head:
            self._refuse(RequestTimeoutError("The head of the request did not come in time."))
        elif not self.transport.is_closing():
            self.transport.close()


def speaking(limits: Limits) -> Any:
    """The protocol with these limits, as uvicorn takes it."""
    return functools.partial(Protocol, limits=limits)
