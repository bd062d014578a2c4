"""The small listener: alive, ready or not, metrics; and whatever else is sent to it does no harm."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fairlead_chassis.observing.health import Health
from fairlead_chassis.observing.metrics import APPLIED


class Running:
    def __init__(self) -> None:
        self.ready = False
        self.health = Health(lambda: self.ready, lambda: APPLIED.set(41))

    def get(self, path: str, method: str = "GET") -> "asyncio.Future[httpx.Response]":
        return asyncio.ensure_future(asyncio.to_thread(httpx.request, method, self.health.address + path))


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    each = Running()
    await each.health.start("127.0.0.1", 0)
    yield each
    await each.health.stop()


async def test_it_is_alive_before_it_is_ready(running: Running) -> None:
    assert ((await running.get("/livez")).status_code, (await running.get("/readyz")).status_code) == (200, 503)
    running.ready = True
    assert (await running.get("/readyz")).status_code == 200


async def test_metrics_are_those_of_this_moment(running: Running) -> None:
    assert "fairlead_view_applied 41.0" in (await running.get("/metrics")).text


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "/livez", 405), ("GET", "/else", 404)])
async def test_what_it_does_not_offer_is_refused(running: Running, method: str, path: str, status: int) -> None:
    assert (await running.get(path, method)).status_code == status


@pytest.mark.parametrize("sent", [b"", b"\r\n\r\n", b"\xff\xfe\r\n\r\n", b"GET", b"a" * 20_000])
async def test_what_is_no_request_ends_its_connection_and_nothing_else(running: Running, sent: bytes) -> None:
    host, port = running.health.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    writer.write_eof()
    assert b"200" not in await reader.read()
    writer.close()
    assert (await running.get("/livez")).status_code == 200
