"""MLflow's side: its server with its defaults on SQLite, in an environment of its own that uv makes."""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import aiohttp
from bench.registry.rounds import CLIENTS, answered

VERSION = "3.17.2"
API = "/api/2.0/mlflow"
PATIENCE = 300.0


class MlflowSide:
    """The same operations as MLflow has them; its versions are rows that name files elsewhere: no upload."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http
        self._numbers = itertools.count()
        self._aliased: dict[int, int] = {}

    async def prepare(self) -> None:
        """A model for each client, with two versions and an alias."""
        for client in range(CLIENTS):
            await answered(self.http, "POST", f"{API}/registered-models/create", {"name": f"client-{client}"})
            for _ in range(2):
                await self.create_version(client)
            await self._point(client, "champion", 1)

    async def create_model(self, _client: int) -> None:
        await answered(self.http, "POST", f"{API}/registered-models/create", {"name": f"bench-{next(self._numbers)}"})

    async def create_version(self, client: int) -> None:
        body = {"name": f"client-{client}", "source": f"s3://bench/{next(self._numbers)}"}
        await answered(self.http, "POST", f"{API}/model-versions/create", body)

    async def set_alias(self, client: int) -> None:
        version = self._aliased[client] = 3 - self._aliased.get(client, 1)
        await self._point(client, "moving", version)

    async def read_by_alias(self, client: int) -> None:
        await answered(self.http, "GET", f"{API}/registered-models/alias?name=client-{client}&alias=champion")

    async def _point(self, client: int, alias: str, version: int) -> None:
        body = {"name": f"client-{client}", "alias": alias, "version": str(version)}
        await answered(self.http, "POST", f"{API}/registered-models/alias", body)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """A running MLflow server and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["uv", "run", "--isolated", "--no-project", "--python", "3.11", "--with", f"mlflow=={VERSION}"]
    command += ["mlflow", "server", "--host=127.0.0.1", f"--port={port}"]
    command += [f"--backend-store-uri=sqlite:///{folder}/mlflow.sqlite", f"--default-artifact-root={folder}/artifacts"]
    with (folder / "mlflow.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/health", process)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):  # noqa: S310  # our own address
            return
        time.sleep(0.2)
    raise RuntimeError("MLflow's server did not start; mlflow.log says why.")
