"""A server on a free port with an application that tells what reached it, and clients that send bytes as they are."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable

import pytest
from fairlead_chassis.http.limits import Limits
from fairlead_chassis.http.request import RefusedRequestError, Request
from fairlead_chassis.http.server import Server


class Told:
    """An application: `/later` is answered when `release` is called, `/refused` before its body, all else at once."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.held: list[Request] = []
        self.arrived = asyncio.Event()

    def admit(self, request: Request) -> None:
        if request.path == b"/refused":
            raise RefusedRequestError(403, "not you")

    def handle(self, request: Request) -> None:
        self.bodies.append(request.body)
        if request.path == b"/later":
            self.held.append(request)
            self.arrived.set()
        else:
            request.respond(200, request.path + b" " + request.body)

    def release(self) -> None:
        for request in self.held:
            request.respond(200, b"late")

    def refusal(self, status: int, detail: str) -> bytes:
        return f"{status} {detail}".encode()


class Running:
    """A server with its application; `ask` sends bytes and reads until the server closes or falls silent."""

    def __init__(self, server: Server, told: Told, port: int) -> None:
        self.server, self.told, self.port = server, told, port

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, data: bytes) -> bytes:
        """The whole answer to a request that ends its connection."""
        reader, writer = await self.open()
        writer.write(data)
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return answer


Run = Callable[..., contextlib.AbstractAsyncContextManager[Running]]


@contextlib.asynccontextmanager
async def running(**limits: float) -> AsyncIterator[Running]:
    told = Told()
    server = Server(told, Limits(**limits))  # type: ignore[arg-type]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with server.listening(listener):
            yield Running(server, told, listener.getsockname()[1])


@pytest.fixture
def run() -> Run:
    """Start a server under these limits."""
    return running
