"""A replica that does not answer three times in a row is silent; one answer forgives it."""

import asyncio
from collections.abc import Callable

import pytest
from fairlead_deployer.targets import probes
from fairlead_deployer.targets.probes import Probes


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "_EVERY", 0.0)
    monkeypatch.setattr(probes, "_PATIENCE", 0.05)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # what is waited for is asked, and tells nobody
            await asyncio.sleep(0)


async def test_only_three_misses_in_a_row_make_a_replica_silent() -> None:
    answers = True

    async def replica(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if answers:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        else:
            await reader.read()
        writer.close()

    async with await asyncio.start_server(replica, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        known = Probes()
        assert not known.silent("e", address)
        answers = False
        await until(lambda: known.silent("e", address))
        answers = True
        await until(lambda: not known.silent("e", address))
        known.keep_only(set())
        assert not known.silent("e", address)
