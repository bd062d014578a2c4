"""Fixtures for every test: a real nats-server of the test's own, with its keys, and connections to it.

- `nats_server`: a running `NatsServer` under `tmp_path`, on free ports, in operator mode, without streams.
- `bus_server`: the same with Fairlead's streams made.
"""

import signal
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fairlead_chassis.natsd import binary, server, streams
from fairlead_chassis.natsd.connect import connect
from fairlead_chassis.natsd.credentials import ReplicaSigner
from fairlead_chassis.natsd.keys import Keys, ensure_keys
from nats.aio.client import Client


def pytest_configure() -> None:
    """A run in a script's background inherits signals ignored; what is started here must end by them all the same."""
    for each in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(each) is signal.SIG_IGN:
            signal.signal(each, signal.default_int_handler if each == signal.SIGINT else signal.SIG_DFL)


class NatsServer:
    """One nats-server: where it is, how to connect as whom, and how to kill it and have it back."""

    def __init__(self, home: Path, program: Path) -> None:
        self.home = home
        self.log = home / "nats.log"
        self.keys: Keys = ensure_keys(home)
        self._program = program
        self._place = server.Place(home / "nats")
        self._clients: list[Client] = []
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self._addresses.url

    @property
    def monitor_url(self) -> str:
        return self._addresses.monitor_url

    def start(self) -> None:
        """Start it; after the first time, on the same ports."""
        self._process, self._addresses = server.start(self._program, self._place, self.keys, self.log)
        ports = (urlsplit(address).port or 0 for address in (self.url, self.monitor_url))
        self._place = replace(self._place, port=next(ports), monitor_port=next(ports))

    def kill(self) -> None:
        """`kill -9`."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def restart(self) -> None:
        """Kill it and start it again on its data."""
        self.kill()
        self.start()

    async def connect(self, user: str, **options: Any) -> Client:
        """A connection as a service, or as `admin`; the fixture closes it."""
        return await self._kept(connect(self.url, self.keys.credentials(user), name=user, **options))

    async def connect_replica(self, name: str) -> Client:
        """A connection as a replica, with credentials as the deployer makes them."""
        user = ReplicaSigner.load(self.keys.replica_signer).credentials(name)
        return await self._kept(connect(self.url, user, name=name))

    async def provision(self) -> None:
        """Make Fairlead's streams."""
        await streams.provision(await self.connect("admin"))

    async def close(self) -> None:
        """Close every connection and end the server."""
        for client in self._clients:
            await client.close()
        self.kill()

    async def _kept(self, connecting: Any) -> Client:
        client: Client = await connecting
        self._clients.append(client)
        return client


@pytest.fixture(scope="session")
def nats_program() -> Path:
    """The nats-server program; a missing one fails, never skips."""
    return binary.find()


@pytest.fixture
async def nats_server(tmp_path: Path, nats_program: Path) -> AsyncIterator[NatsServer]:
    """This test's own nats-server, without streams."""
    running = NatsServer(tmp_path / "home", nats_program)
    running.start()
    yield running
    await running.close()


@pytest.fixture
async def bus_server(nats_server: NatsServer) -> NatsServer:
    """This test's own nats-server, with Fairlead's streams."""
    await nats_server.provision()
    return nats_server
