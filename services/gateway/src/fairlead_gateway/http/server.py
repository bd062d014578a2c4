"""The server: one port for the API, inference and the console."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import structlog
import uvicorn
from fairlead_chassis.chassis import Chassis
from starlette.requests import ClientDisconnect

from fairlead_gateway.http.app import build, request_id
from fairlead_gateway.http.patience import Receive, patient
from fairlead_gateway.http.protocol import Limits, speaking
from fairlead_gateway.inference.proxy import InferenceProxy
from fairlead_gateway.inference.routes import Routes

log = structlog.get_logger()
Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
UVICORN_NEVER = 86_400
"""Seconds of uvicorn's own timer between requests; the protocol has one that a dripping client cannot put off."""


class Door:
    """Sends inference past FastAPI, everything else into it, and gives each request its id."""

    def __init__(self, chassis: Chassis, routes: Routes) -> None:
        self.app = build(chassis)
        self.inference = InferenceProxy(chassis, routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection's request."""
        if scope["type"] != "http":
            return
        scope.setdefault("state", {})["request_id"] = request_id(scope["headers"])
        path = scope["path"]
        target = self.inference if path.startswith("/") and self.inference.takes(path) else self.app
        with contextlib.suppress(ClientDisconnect):
            await target(scope, patient(receive), _identified(send, scope["state"]["request_id"]))


def _identified(send: Send, id_: str) -> Send:
    async def forward(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), (b"x-request-id", id_.encode("latin-1"))]
        await send(message)

    return forward


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, listening: asyncio.Event) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: Any = None) -> None:
        """Bind, and say so."""
        await super().startup(sockets)
        if self.started:
            self._listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Leave signals to chassis."""
        yield


@contextlib.asynccontextmanager
async def _grpc(chassis: Chassis, inference: InferenceProxy) -> AsyncIterator[None]:
    port = chassis.settings.grpc_port
    if port is None:
        yield
        return
    from fairlead_gateway.inference.grpc import serving  # 25 MB, for those who want it

    async with serving(inference, f"{chassis.settings.http_host}:{port}") as taken:
        log.info("gRPC is answered", port=taken)
        yield


async def serve(chassis: Chassis) -> None:
    """Serve until the process drains: requests in flight are answered first."""
    async with Routes.follow(chassis) as routes:
        door = Door(chassis, routes)
        async with door.inference, _grpc(chassis, door.inference):
            config = uvicorn.Config(
                door, host=chassis.settings.http_host, port=chassis.settings.http_port, lifespan="off",
                log_config=None, access_log=False, server_header=False, timeout_keep_alive=UVICORN_NEVER,
                http=speaking(Limits()), ws="none", timeout_graceful_shutdown=10,
            )  # fmt: skip
            server = _Server(config, chassis.listening)
            serving = asyncio.create_task(server.serve())
            stopping = asyncio.create_task(chassis.stopping.wait())
            await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
            server.should_exit = True
            stopping.cancel()
            await serving
