"""Health and metrics of a service: /livez, /readyz, /metrics on one small listener."""

import asyncio
from collections.abc import Callable

from prometheus_client import generate_latest

_TIMEOUT, _LIMIT = 5.0, 8_192
Answer = tuple[int, bytes]


class Health:
    """A listener that says whether this process lives and whether it is ready."""

    def __init__(self, ready: Callable[[], bool], refresh: Callable[[], None]) -> None:
        self._ready, self._refresh = ready, refresh
        self._server: asyncio.Server | None = None
        self.address = ""

    async def start(self, host: str, port: int) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=_LIMIT)
        bound = self._server.sockets[0].getsockname()
        self.address = f"http://{bound[0]}:{bound[1]}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _TIMEOUT)
            method, path, *_ = head.split(b" ", 2)
            status, body = self._answer(path.decode("latin-1")) if method == b"GET" else (405, b"")
            line = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\nconnection: close\r\n"
            writer.write(line.encode() + b"content-type: text/plain; version=0.0.4\r\n\r\n" + body)
            await asyncio.wait_for(writer.drain(), _TIMEOUT)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ValueError, ConnectionError):
            pass
        finally:
            writer.close()

    def _answer(self, path: str) -> Answer:
        if path == "/livez":
            return 200, b"live\n"
        if path == "/readyz":
            return (200, b"ready\n") if self._ready() else (503, b"not ready\n")
        if path == "/metrics":
            self._refresh()
            return 200, generate_latest()
        return 404, b""
