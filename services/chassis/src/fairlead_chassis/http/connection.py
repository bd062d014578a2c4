"""One connection: bytes to requests in their order, answers back in the same order, nothing without a limit."""

import asyncio
import contextlib
from collections import deque
from typing import cast

import httptools

from fairlead_chassis.http.answers import CONTINUE, JSON
from fairlead_chassis.http.request import RefusedRequestError, Request
from fairlead_chassis.http.shared import Shared

_INLINE = 65_536
"""Bodies up to this size go out in one piece with their head."""


class Connection(asyncio.Protocol):
    """A client's connection. Requests that come before their turn wait; one that parsers could disagree on ends it."""

    def __init__(self, server: Shared) -> None:
        self.server, self.limits = server, server.limits
        self._parser = httptools.HttpRequestParser(self)
        self._coming: Request | None = None
        self._serving: Request | None = None
        self._waiting: deque[Request] = deque()
        self._chunks: bytearray | bytes = b""
        self._head, self._in_head, self._refused = 0, False, False
        self._handing = self._ended = False
        self._unread_since: float | None = None
        self.since = server.clock

    # What the transport tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client came."""
        self._transport = cast(asyncio.Transport, transport)
        self.server.connections.add(self)
        if len(self.server.connections) > self.limits.connections:
            self._refuse(503, "this server has as many connections as it takes; retry")

    def connection_lost(self, _: Exception | None) -> None:
        """The client left; what it asked for and was not begun is let go."""
        self._forget()
        self.server.left(self)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if self._refused:
            return
        was_in_head = self._in_head
        try:
            self._parser.feed_data(data)
            if was_in_head and self._in_head:
                self._count(len(data))
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            if not isinstance(cause, RefusedRequestError):
                raise
            self._refuse(cause.status, cause.detail)
        except RefusedRequestError as error:
            self._refuse(error.status, error.detail)
        except httptools.HttpParserUpgrade:
            self._refused = True  # the request is answered as HTTP/1.1; what follows it is not
        except httptools.HttpParserError:
            self._refuse(400, "this is not a request of HTTP/1.1, or one that servers could read in two ways")

    def eof_received(self) -> bool:
        """The client sends no more; what it asked for is still answered."""
        self._ended = True
        return self._serving is not None

    def pause_writing(self) -> None:
        """The client does not read."""
        self._unread_since = self.server.clock

    def resume_writing(self) -> None:
        """The client reads again."""
        self._unread_since = None
        self._next()

    # What the parser tells

    def on_message_begin(self) -> None:
        """A request begins."""
        self.since, self._head, self._in_head = self.server.clock, 0, True
        self._coming = Request(self)

    def on_url(self, url: bytes) -> None:
        """A piece of the target."""
        self._current.target += url
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or a trailer, which nobody here asks for."""
        if not self._in_head:
            raise RefusedRequestError(400, "trailers are not taken")
        self._count(len(name) + len(value))
        self._current.add(name, value)
        if len(self._current.headers) > self.limits.fields:
            raise RefusedRequestError(431, f"more than {self.limits.fields} headers")

    def on_headers_complete(self) -> None:
        """The head is whole: the request is taken, or refused before its body comes."""
        self._in_head, request = False, self._current
        request.method, request.version = self._parser.get_method(), self._parser.get_http_version()
        request.keep_alive = self._parser.should_keep_alive()
        request.check()
        if self._parser.should_upgrade():
            request.refuse_upgrade()
        if int(request.headers.get(b"content-length", b"0")) > self.limits.body:
            raise self._too_large()
        self.server.application.admit(request)
        if request.headers.get(b"expect", b"").lower() == b"100-continue" and self._serving is None:
            self._transport.write(CONTINUE)

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self.server.buffered += len(body)
        if not self._chunks:
            self._chunks = body
            return
        if type(self._chunks) is bytes:
            self._chunks = bytearray(self._chunks)
        self._chunks += body
        if len(self._chunks) > self.limits.body:
            raise self._too_large()
        if self.server.buffered > self.limits.buffered:
            raise RefusedRequestError(503, "this server holds as many unfinished requests as it takes; retry")

    def on_message_complete(self) -> None:
        """The request is whole."""
        request, self._coming = self._current, None
        self.server.buffered -= len(self._chunks)
        request.body, self._chunks = bytes(self._chunks), b""
        self._waiting.append(request)
        self._next()
        if len(self._waiting) >= self.limits.pipelined:
            self._transport.pause_reading()

    # What is done

    @property
    def _current(self) -> Request:
        if self._coming is None:
            raise RefusedRequestError(400, "a part of a request without its beginning")
        return self._coming

    def _count(self, size: int) -> None:
        self._head += size
        if self._head > self.limits.head:
            raise RefusedRequestError(431, f"the head of the request is over {self.limits.head:,} bytes")

    def _too_large(self) -> RefusedRequestError:
        return RefusedRequestError(413, f"the body is over {self.limits.body:,} bytes")

    def _next(self) -> None:
        if self._handing:
            return
        self._handing = True  # an answer may come within the call: the loop goes on, not a call within it
        while self._waiting and self._serving is None and self._unread_since is None:
            self._serving = self._waiting.popleft()
            self.server.application.handle(self._serving)
        self._handing = False
        if not self._waiting and self._serving is None and not self._transport.is_closing():
            self._transport.resume_reading()

    def send(self, request: Request, status: int, body: bytes, fields: bytes) -> None:
        """Write the answer to the request that is being served."""
        if self._serving is not request:
            raise RuntimeError("an answer to a request that is not being served")
        self._serving = None
        self.since = self.server.clock
        if self._transport.is_closing():
            return
        close = self.server.draining or not request.keep_alive or (self._ended and not self._waiting)
        head = self.server.heads.make(status, len(body), fields, close=close)
        self._write(head, b"" if request.method == b"HEAD" else body)
        if close:
            self._waiting.clear()
            self._transport.close()
        elif self._waiting:
            self._next()

    def _write(self, head: bytes, body: bytes) -> None:
        if len(body) <= _INLINE:
            self._transport.write(head + body)
        else:
            self._transport.writelines((head, body))

    def _refuse(self, status: int, detail: str) -> None:
        # Answers that are still owed come first; then this one, and the end.
        self._refused = True
        self._forget()
        if self._transport.is_closing():
            return
        if self._serving is None:
            body = self.server.application.refusal(status, detail)
            self._write(self.server.heads.make(status, len(body), JSON, close=True), body)
            self._linger()
        else:
            self._serving.keep_alive = False

    def _forget(self) -> None:
        self.server.buffered -= len(self._chunks)
        self._chunks = b""
        self._waiting.clear()

    def _linger(self) -> None:
        self.since = self.server.clock
        if self._transport.can_write_eof() and not self._ended:
            self._transport.write_eof()
        else:
            self._transport.close()

    # What time does

    def sweep(self, now: float) -> None:
        """End the connection when its time is over."""
        limits, waited = self.limits, now - self.since
        if self._unread_since is not None:
            if now - self._unread_since > limits.unread_seconds:
                self._transport.abort()
        elif self._serving is not None:
            return
        elif self._refused:
            if waited > limits.linger_seconds or self.server.draining:
                self._transport.close()
        else:
            self._sweep_coming(waited)

    def _sweep_coming(self, waited: float) -> None:
        limits = self.limits
        if self._coming is None:
            if waited > limits.idle_seconds or self.server.draining:
                self._transport.close()
        elif self._in_head:
            if waited > limits.head_seconds:
                self._refuse(408, "the head of the request did not come in time")
        elif waited > limits.body_seconds + len(self._chunks) / limits.body_rate:
            self._refuse(408, "the body of the request did not come in time")

    def abort(self) -> None:
        """End at once."""
        with contextlib.suppress(RuntimeError):
            self._transport.abort()
