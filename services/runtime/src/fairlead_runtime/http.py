"""The replica's paths: inference, health, metadata. It refuses new work while it drains."""

import time
from collections.abc import Callable

from fairlead_chassis.http.answers import JSON
from fairlead_chassis.http.request import Request
from fairlead_contracts.errors import FairleadError

from fairlead_runtime.protocol.answers import encode, error
from fairlead_runtime.protocol.bodies import opened, packed
from fairlead_runtime.protocol.metadata import Metadata
from fairlead_runtime.protocol.requests import decode, invalid
from fairlead_runtime.protocol.rows import rows_of
from fairlead_runtime.serving.calls import Arrival, Served
from fairlead_runtime.serving.serving import Serving

_DIGITS = 16
_BINARY = b"content-type: application/octet-stream\r\ninference-header-content-length: %d\r\n"
_CODES = {400: "malformed-request", 408: "timeout", 413: "too-large", 431: "too-large", 501: "not-supported"}
Fixed = Callable[[], Served]


class Paths:
    """Routes a few fixed paths; anything else is not found."""

    def __init__(self, serving: Serving) -> None:
        self.serving, self.draining = serving, False
        self._metadata = metadata = Metadata(serving.bundle)
        self._gets: dict[bytes, Fixed] = {
            b"/v2": lambda: _json(metadata.server()), b"/v2/health/live": lambda: _json({"live": True}),
            b"/v2/health/ready": self._ready,
        }  # fmt: skip
        self._posts: dict[bytes, Callable[[Request], None]] = {}
        for base in metadata.bases():
            self._gets |= {base: lambda: _json(metadata.model()), base + b"/ready": self._ready}
            self._posts[base + b"/infer"] = self._infer

    def admit(self, request: Request) -> None:
        """Every head is taken; what it asks for is looked at when it is its turn."""

    def refusal(self, status: int, detail: str) -> bytes:
        """What the server says of a request that it does not take."""
        return error(f"{detail[:1].upper()}{detail[1:]}.", _CODES.get(status, "unavailable"))

    def handle(self, request: Request) -> None:
        """Answer one request."""
        path, method = request.path, request.method
        post = self._posts.get(path)
        if post is not None and method == b"POST":
            post(request)
        elif path in self._gets and method in (b"GET", b"HEAD"):
            _respond(request, self._gets[path]())
        elif post is not None or path in self._gets:
            _respond(request, _error(405, f"send a {'POST' if post is not None else 'GET'}", "method-not-allowed"))
        else:
            _respond(request, _error(404, "this replica has no such path", "not-found"))

    def _infer(self, request: Request) -> None:
        if self.draining:
            _respond(request, _error(503, "this replica is ending; ask another", "unavailable"))
            return
        arrival = _arrival(request)

        def done(served: Served) -> None:
            _respond(request, served)

        try:
            body = opened(request)
            length = _json_length(request, len(body))
            asked = decode(body if length is None else memoryview(body)[:length])
            tail = None if length is None else memoryview(body)[length:]
            self.serving.call(arrival, asked, rows_of(asked.inputs, self.serving.schema, tail), done)
        except FairleadError as refused:
            self.serving.refuse(arrival, refused, done)

    def _ready(self) -> Served:
        ready = not self.draining
        return _json(self._metadata.ready(ready), 200 if ready else 503)


def _arrival(request: Request) -> Arrival:
    given = request.headers.get(b"x-request-id")
    received = request.headers.get(b"fairlead-received", b"")
    moment = int(received) if received.isdigit() and len(received) <= _DIGITS else time.time_ns() // 1_000
    id_ = given.decode("latin-1") if given else None
    return Arrival(request.body, id_, moment, time.perf_counter_ns())


def _json_length(request: Request, size: int) -> int | None:
    given = request.headers.get(b"inference-header-content-length")
    if given is None:
        return None
    if not given.isdigit() or len(given) > _DIGITS or int(given) > size:
        raise invalid("", "the header Inference-Header-Content-Length must be the length of the JSON in the body")
    return int(given)


def _respond(request: Request, served: Served) -> None:
    fields = JSON if served.json_length is None else _BINARY % served.json_length
    request.respond(served.status, *packed(request, served.body, fields))


def _json(value: object, status: int = 200) -> Served:
    return Served(status, encode(value))


def _error(status: int, detail: str, code: str) -> Served:
    return Served(status, error(detail, code))
