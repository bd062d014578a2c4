"""The server: one port for the API, inference and the console."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn
from fairlead_chassis.chassis import Chassis

from fairlead_gateway.http.app import build, request_id
from fairlead_gateway.inference.proxy import InferenceProxy
from fairlead_gateway.inference.routes import Routes

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
HEADER_LIMIT = 32_768
IDLE_TIMEOUT = 75


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
        target = self.inference if self.inference.takes(scope["path"]) else self.app
        await target(scope, receive, _identified(send, scope["state"]["request_id"]))


def _identified(send: Send, id_: str) -> Send:
    async def forward(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), (b"x-request-id", id_.encode("latin-1"))]
        await send(message)

    return forward


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Leave signals to chassis."""
        yield


async def serve(chassis: Chassis) -> None:
    """Serve until the process drains: requests in flight are answered first."""
    async with Routes.follow(chassis) as routes:
        door = Door(chassis, routes)
        async with door.inference:
            config = uvicorn.Config(
                door, host=chassis.settings.http_host, port=chassis.settings.http_port, lifespan="off",
                log_config=None, access_log=False, server_header=False, timeout_keep_alive=IDLE_TIMEOUT,
                h11_max_incomplete_event_size=HEADER_LIMIT, timeout_graceful_shutdown=10,
            )  # fmt: skip
            server = _Server(config)
            serving = asyncio.create_task(server.serve())
            stopping = asyncio.create_task(chassis.stopping.wait())
            await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
            server.should_exit = True
            stopping.cancel()
            await serving
