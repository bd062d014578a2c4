"""Rounds of load on a side, and the table that compares sides: each operation's rounds alternate between them."""

import asyncio
import itertools
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
from fairlead_contracts.names import uuid7

ROUNDS, SECONDS, CLIENTS = 3, 4.0, 16
OPERATIONS = ("create_model", "create_version", "set_alias", "read_by_alias")
Ask = Callable[[int], Awaitable[None]]


class Side(Protocol):
    """A registry under load: each operation is asked with the number of the client that asks."""

    async def create_model(self, client: int) -> None: ...
    async def create_version(self, client: int) -> None: ...
    async def set_alias(self, client: int) -> None: ...
    async def read_by_alias(self, client: int) -> None: ...


@dataclass
class Figures:
    """One operation on one side: operations a second of each round, and each operation's milliseconds."""

    rates: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    def at(self, share: float) -> float:
        return sorted(self.took)[int(len(self.took) * share)]


async def answered(http: aiohttp.ClientSession, method: str, path: str, body: object | None = None) -> None:
    """One request that has to succeed; what takes longer than an answer may is asked again under its operation id."""
    headers = {"Idempotency-Key": uuid7()} if method != "GET" else {}
    status = 202
    while status == 202:
        async with http.request(method, path, json=body, headers=headers) as response:
            status, text = response.status, await response.text()
    if status != 200:
        raise RuntimeError(f"{method} {path}: {status} {text[:300]}")


async def one_round(ask: Ask, clients: int, figures: Figures) -> None:
    """So many clients ask, one request after the other, for some seconds."""
    end = time.perf_counter() + SECONDS
    before = len(figures.took)

    async def client(number: int) -> None:
        while (began := time.perf_counter()) < end:
            await ask(number)
            figures.took.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(clients)))
    figures.rates.append((len(figures.took) - before) / (time.perf_counter() - began))


async def compared(sides: Mapping[str, Side]) -> None:
    """Every operation on every side, printed as a Markdown table with ratios to the last side."""
    head = "".join(f" {name}: a second | p50 ms | p99 ms |" for name in sides)
    ratio = " ratio |" if len(sides) > 1 else ""
    sys.stdout.write(f"| operation | clients |{head}{ratio}\n| --- | --- |{' --- |' * (head + ratio).count('|')}\n")
    for name, clients in itertools.product(OPERATIONS, (1, CLIENTS)):
        figures = {side: Figures() for side in sides}
        for _ in range(ROUNDS):
            for side, registry in sides.items():
                await one_round(getattr(registry, name), clients, figures[side])
        rates = [each.rate for each in figures.values()]
        cells = "".join(f" {each.rate:,.0f} | {each.at(0.5):.1f} | {each.at(0.99):.1f} |" for each in figures.values())
        times = f" {rates[0] / rates[-1]:.0f} x |" if len(rates) > 1 else ""
        sys.stdout.write(f"| {name} | {clients} |{cells}{times}\n")
        sys.stdout.flush()
