"""The replica's ASGI application: inference, health, metadata. It refuses new work while it drains."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fairlead_contracts.names import uuid7

from fairlead_runtime import codec
from fairlead_runtime.serving import Served, Serving

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
BODY_LIMIT = 64 * 1024 * 1024
_DIGITS = 16


class App:
    """Routes a few fixed paths; anything else is not found."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving
        self.draining = False
        base = f"/v2/models/{serving.bundle.plan.deployment}"
        self._infer = (f"{base}/infer", f"{base}/versions/{serving.bundle.plan.version}/infer")
        self._fixed: dict[str, Callable[[], Served]] = {
            "/v2/health/live": lambda: _json({"live": True}),
            "/v2/health/ready": self._ready,
            f"{base}/ready": self._ready,
            base: lambda: _json(serving.metadata()),
        }

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        await _send(send, await self._answer(scope, receive))

    async def _answer(self, scope: Message, receive: Receive) -> Served:
        path, method = scope["path"], scope["method"]
        if path in self._infer:
            if method != "POST":
                return Served(405, codec.error("send a POST", "method-not-allowed"))
            return await self._inference(scope, receive)
        if path in self._fixed and method in ("GET", "HEAD"):
            return self._fixed[path]()
        return Served(404, codec.error("this replica has no such path", "not-found"))

    async def _inference(self, scope: Message, receive: Receive) -> Served:
        if self.draining:
            return Served(503, codec.error("this replica is ending; ask another", "unavailable"))
        body = await _body(receive)
        if body is None:
            return Served(413, codec.error(f"the body is over {BODY_LIMIT:,} bytes", "too-large"))
        headers = dict(scope["headers"])
        request_id = headers.get(b"x-request-id", b"").decode("latin-1") or uuid7()
        return await self.serving.infer(body, request_id, _received(headers.get(b"fairlead-received", b"")))

    def _ready(self) -> Served:
        ready = not self.draining
        name = self.serving.bundle.plan.deployment
        return Served(200 if ready else 503, codec.encode({"name": name, "ready": ready, "live": True}))


def _received(header: bytes) -> int | None:
    return int(header) if header.isdigit() and len(header) <= _DIGITS else None


def _json(value: object) -> Served:
    return Served(200, codec.encode(value))


async def _body(receive: Receive) -> bytes | None:
    chunks, size = [], 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > BODY_LIMIT:
            return None
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _send(send: Send, served: Served) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(served.body)).encode())]
    await send({"type": "http.response.start", "status": served.status, "headers": headers})
    await send({"type": "http.response.body", "body": served.body})
