"""One request: its head, checked where parsers disagree, and its body."""

from typing import Protocol

_ONCE = frozenset(
    (
        b"host", b"content-length", b"content-type", b"content-encoding", b"transfer-encoding", b"authorization",
        b"inference-header-content-length", b"x-request-id", b"fairlead-project", b"expect",
    )
)  # fmt: skip
_CONFUSABLE = frozenset((b"content_length", b"transfer_encoding"))
"""Spellings that servers behind CGI take for the real name."""


class RefusedRequestError(Exception):
    """A request that ends its connection: the status and why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class Answering(Protocol):
    """What a request came over, and its answer goes back over."""

    def send(self, request: "Request", status: int, body: bytes, fields: bytes) -> None:
        """Write the answer."""
        ...


class Request:
    """A request in the order in which it came over its connection. Names of headers are lower case."""

    __slots__ = ("body", "connection", "headers", "keep_alive", "method", "target", "version")

    def __init__(self, connection: Answering) -> None:
        self.connection = connection
        self.method = self.target = b""
        self.headers: dict[bytes, bytes] = {}
        self.body = b""
        self.keep_alive = True
        self.version = "1.1"

    @property
    def path(self) -> bytes:
        """The target without its query, as it was sent."""
        return self.target.partition(b"?")[0]

    def add(self, name: bytes, value: bytes) -> None:
        """Take in a header. Raises: RefusedRequestError for a second one where there must be one."""
        name = name.lower()
        if name in self.headers:
            if name in _ONCE:
                raise RefusedRequestError(400, f"the header {name.decode('latin-1')} is given twice")
            value = self.headers[name] + b", " + value
        self.headers[name] = value

    def check(self) -> None:
        """Hold the whole head to what every parser reads alike. Raises: RefusedRequestError."""
        if not self.target.startswith(b"/"):
            raise RefusedRequestError(400, "the request's target must begin with a slash")
        if b"host" not in self.headers and self.version == "1.1":
            raise RefusedRequestError(400, "the header host is missing")
        if b"transfer-encoding" in self.headers and (
            self.version != "1.1" or self.headers[b"transfer-encoding"].lower() != b"chunked"
        ):
            raise RefusedRequestError(501, "the only transfer encoding is chunked, of HTTP/1.1")
        if not _CONFUSABLE.isdisjoint(self.headers):
            raise RefusedRequestError(400, "write the names of headers with hyphens")

    def refuse_upgrade(self) -> None:
        """Go on with HTTP/1.1, for this one request. Raises: RefusedRequestError for one with a body."""
        if b"content-length" in self.headers or b"transfer-encoding" in self.headers:
            raise RefusedRequestError(400, "this server speaks HTTP/1.1 and no other protocol")
        self.keep_alive = False

    def respond(self, status: int, body: bytes, fields: bytes = b"") -> None:
        """Answer, once. `fields`: further header lines, each with its line end. A client that left is not told."""
        self.connection.send(self, status, body, fields)
