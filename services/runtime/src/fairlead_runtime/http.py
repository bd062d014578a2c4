"""The replica's paths: inference, health, metadata. It refuses new work while it drains."""

import time
from collections.abc import Callable

from fairlead_chassis.grpc.messages import SERVICE
from fairlead_chassis.http.answers import JSON
from fairlead_chassis.http.request import Request
from fairlead_contracts.errors import FairleadError, MalformedBodyError

from fairlead_runtime.protocol.answers import Form, encode, error
from fairlead_runtime.protocol.bodies import opened, packed
from fairlead_runtime.protocol.invocations import invocation
from fairlead_runtime.protocol.metadata import Metadata, index_request
from fairlead_runtime.protocol.requests import Request as Inference
from fairlead_runtime.protocol.requests import decode, invalid
from fairlead_runtime.protocol.rows import Rows, rows_of
from fairlead_runtime.rpcs import Rpcs
from fairlead_runtime.serving.calls import Arrival, Served
from fairlead_runtime.serving.serving import Serving

_DIGITS = 16
_BINARY = b"content-type: application/octet-stream\r\ninference-header-content-length: %d\r\n"
_PROTO, _OK = b"content-type: application/proto\r\n", 200
_CODES = {400: "malformed-request", 408: "timeout", 413: "too-large", 431: "too-large", 501: "not-supported"}
Fixed = Callable[[], Served]
Asked = tuple[Inference, Rows]


class Paths:
    """Routes a few fixed paths; anything else is not found."""

    def __init__(self, serving: Serving) -> None:
        self.serving, self.draining = serving, False
        self._metadata = metadata = Metadata(serving.bundle)
        self._gets: dict[bytes, Fixed] = {
            b"/v2": lambda: _json(metadata.server()), b"/v2/health/live": lambda: _json({"live": True}),
            b"/v2/health/ready": self._ready, b"/v2/models": lambda: _json(metadata.models()),
        }  # fmt: skip
        self._posts: dict[bytes, Callable[[Request], None]] = {b"/v2/repository/index": self._index}
        for base in metadata.bases():
            self._gets |= {base: lambda: _json(metadata.model()), base + b"/ready": self._ready}
            self._posts[base + b"/infer"] = self._infer
        self.rpcs = Rpcs(serving, metadata, lambda: not self.draining)
        for method in self.rpcs.methods:
            self._posts[f"/{SERVICE}/{method}".encode()] = self._call
        for base in (b"", *metadata.bases()):  # MLflow's clients put their paths after any address
            self._posts[base + b"/invocations"] = self._invoke
            self._gets |= {
                base + b"/ping": self._ready,
                base + b"/health": self._ready,
                base + b"/version": self._version,
            }

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
            _respond(request, _error(*self._metadata.absent(path)))

    def _infer(self, request: Request) -> None:
        self._score(request, self.serving.v2, self._tensors)

    def _invoke(self, request: Request) -> None:
        self._score(request, self.serving.predictions, self._frame)

    def _score(self, request: Request, form: Form, read: Callable[[Request], Asked]) -> None:
        if self.draining:
            _respond(request, _error(503, "this replica is ending; ask another", "unavailable"))
            return
        arrival = _arrival(request, form)

        def done(served: Served) -> None:
            _respond(request, served)

        try:
            self.serving.call(arrival, *read(request), done)
        except FairleadError as refused:
            self.serving.refuse(arrival, refused, done)

    def _tensors(self, request: Request) -> Asked:
        body = opened(request)
        length = _json_length(request, len(body))
        asked = decode(body if length is None else memoryview(body)[:length])
        tail = None if length is None else memoryview(body)[length:]
        return asked, rows_of(asked.inputs, self.serving.schema, tail)

    def _frame(self, request: Request) -> Asked:
        if request.headers.get(b"content-type", b"").startswith(b"text/"):
            raise MalformedBodyError("The body must be application/json, with dataframe_split, instances or inputs.")
        return invocation(opened(request), self.serving.schema)

    def _call(self, request: Request) -> None:
        def done(served: Served) -> None:
            _respond(request, served, _PROTO if served.status == _OK else JSON)

        arrival = _arrival(request, self.rpcs.form)
        try:
            body = opened(request)
        except FairleadError as refused:
            self.serving.refuse(arrival, refused, done)
            return
        self.rpcs.answer(request.path.rpartition(b"/")[2].decode(), body, arrival, done)

    def _index(self, request: Request) -> None:
        try:
            asked = index_request(opened(request))
        except FairleadError as refused:
            _respond(request, _error(refused.status, refused.detail, refused.code))
            return
        _respond(request, _json(self._metadata.index(not self.draining, asked)))

    def _version(self) -> Served:
        return _json(self._metadata.server()["version"])

    def _ready(self) -> Served:
        ready = not self.draining
        return _json(self._metadata.ready(ready), 200 if ready else 503)


def _arrival(request: Request, form: Form) -> Arrival:
    given = request.headers.get(b"x-request-id")
    began, waits = time.perf_counter_ns(), request.headers.get(b"fairlead-deadline-ms", b"")
    due = began + int(waits) * 1_000_000 if waits.isdigit() and len(waits) <= _DIGITS else 0
    received = request.headers.get(b"fairlead-received", b"")
    moment = int(received) if received.isdigit() and len(received) <= _DIGITS else time.time_ns() // 1_000
    id_ = given.decode("latin-1") if given else None
    return Arrival(request.body, id_, moment, began, form, due)


def _json_length(request: Request, size: int) -> int | None:
    given = request.headers.get(b"inference-header-content-length")
    if given is None:
        return None
    if not given.isdigit() or len(given) > _DIGITS or int(given) > size:
        raise invalid("", "the header Inference-Header-Content-Length must be the length of the JSON in the body")
    return int(given)


def _respond(request: Request, served: Served, plain: bytes = JSON) -> None:
    fields = plain if served.json_length is None else _BINARY % served.json_length
    request.respond(served.status, *packed(request, served.body, fields))


def _json(value: object, status: int = 200) -> Served:
    return Served(status, encode(value))


def _error(status: int, detail: str, code: str) -> Served:
    return Served(status, error(detail, code))
