"""Registry operations a second, through HTTP, with the durable settings: `uv run tox -e bench`.

Each figure is the median of three rounds. Clients are asyncio tasks of one process beside the installation, so both
share the machine; what is printed is a Markdown table.
"""

import asyncio
import itertools
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
from fairlead_cli.register import _arrow, _parquet  # the very bytes that a registration uploads
from fairlead_contracts.names import digest_of
from system.installation import Fairlead, ended, started, table
from xgboost import XGBClassifier

ROUNDS, SECONDS, CLIENTS = 3, 4.0, 16
BASE = "/api/v1/projects/default"
Ask = Callable[[int], Awaitable[None]]


class Load:
    """What the operations need: a client, and names that never repeat."""

    def __init__(self, http: aiohttp.ClientSession, model: bytes, training: str) -> None:
        self.http, self.model, self.training = http, model, training
        self.numbers = itertools.count()
        self.version: dict[int, int] = {}

    async def call(self, method: str, path: str, body: object | None = None) -> None:
        async with self.http.request(method, path, json=body) as response:
            text = await response.text()
            if response.status != 200:
                raise RuntimeError(f"{method} {path}: {response.status} {text[:300]}")

    async def upload(self, data: bytes) -> str:
        digest = digest_of(data)
        async with self.http.put(f"{BASE}/artifacts/{digest}", data=data) as response:
            response.raise_for_status()
        return digest

    async def create_model(self, _client: int) -> None:
        await self.call("POST", f"{BASE}/models", {"model": f"bench-{next(self.numbers)}"})

    async def create_version(self, client: int) -> None:
        note = f"version {next(self.numbers)}".encode()
        files = [
            {"path": "model.ubj", "size": len(self.model), "digest": digest_of(self.model)},
            {"path": "note.txt", "size": len(note), "digest": await self.upload(note)},
        ]
        body = {"files": files, "training_data": self.training, "target": "bad"}
        await self.call("POST", f"{BASE}/models/client-{client}/versions", body)

    async def set_alias(self, client: int) -> None:
        self.version[client] = 3 - self.version.get(client, 1)
        await self.call("PUT", f"{BASE}/models/client-{client}/aliases/moving", {"version": self.version[client]})

    async def read_by_alias(self, client: int) -> None:
        await self.call("GET", f"{BASE}/models/client-{client}/aliases/champion")


async def timed(ask: Ask, clients: int) -> tuple[float, list[float]]:
    """Operations a second, and each one's milliseconds."""
    took: list[float] = []
    end = time.perf_counter() + SECONDS

    async def client(number: int) -> None:
        while (began := time.perf_counter()) < end:
            await ask(number)
            took.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(clients)))
    return len(took) / (time.perf_counter() - began), took


async def measured(load: Load) -> None:
    sys.stdout.write("| operation | clients | a second | p50 ms | p99 ms |\n| --- | --- | --- | --- | --- |\n")
    for name in ("create_model", "create_version", "set_alias", "read_by_alias"):
        for clients in (1, CLIENTS):
            rounds = [await timed(getattr(load, name), clients) for _ in range(ROUNDS)]
            rate = statistics.median(each for each, _ in rounds)
            took = sorted(itertools.chain.from_iterable(each for _, each in rounds))
            p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
            sys.stdout.write(f"| {name} | {clients} | {rate:,.0f} | {p50:.1f} | {p99:.1f} |\n")
            sys.stdout.flush()


async def prepared(load: Load) -> None:
    """A model for each client, with two versions and an alias."""
    await load.upload(load.model)
    for client in range(CLIENTS):
        await load.call("POST", f"{BASE}/models", {"model": f"client-{client}"})
        for _ in range(2):
            await load.create_version(client)
        await load.call("PUT", f"{BASE}/models/client-{client}/aliases/champion", {"version": 1})


async def bench(fairlead: Fairlead) -> None:
    token = (fairlead.home / "keys" / "admin.token").read_text()
    data = table(200).drop(columns="kind")
    model = XGBClassifier(n_estimators=3, max_depth=2).fit(data[["amount", "ratio"]], data["bad"])
    raw = bytes(model.get_booster().save_raw("ubj"))
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(fairlead.url, headers=headers) as http:
        parquet = _parquet(_arrow(data))
        load = Load(http, raw, digest_of(parquet))
        await load.upload(parquet)
        await prepared(load)
        await measured(load)


def main() -> None:
    sys.stdout.write(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n\n")
    with tempfile.TemporaryDirectory() as folder:
        fairlead = started(Path(folder) / "home")
        try:
            asyncio.run(bench(fairlead))
        finally:
            ended(fairlead)
    sys.stdout.write(f"\nMedians of {ROUNDS} rounds of {SECONDS:.0f} s.\n")


if __name__ == "__main__":
    main()
