"""Registry operations a second, through HTTP, Fairlead beside MLflow in one run: `uv run tox -e bench`.

Clients are asyncio tasks of one process beside the servers, so all share the machine. `--alone` leaves MLflow out.
"""

import asyncio
import os
import platform
import sys
import tempfile
from pathlib import Path

import aiohttp
from bench.registry import mlflow
from bench.registry.fairlead import FairleadSide, headers
from bench.registry.rounds import ROUNDS, SECONDS, Side, compared
from system.installation import Fairlead, ended, started


async def bench(fairlead: Fairlead, peer: str | None) -> None:
    async with (
        aiohttp.ClientSession(fairlead.url, headers=headers(fairlead.home)) as http,
        aiohttp.ClientSession(peer) as peers,
    ):
        ours, theirs = FairleadSide(http), mlflow.MlflowSide(peers)
        await ours.prepare()
        sides: dict[str, Side] = {"Fairlead": ours}
        if peer is not None:
            await theirs.prepare()
            sides[f"MLflow {mlflow.VERSION}"] = theirs
        await compared(sides)


def main(*arguments: str) -> None:
    """Start what is compared, compare, end it."""
    sys.stdout.write(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n\n")
    with tempfile.TemporaryDirectory() as folder:
        fairlead = started(Path(folder) / "home")
        try:
            if "--alone" in arguments:
                asyncio.run(bench(fairlead, None))
            else:
                with mlflow.served(Path(folder)) as peer:
                    asyncio.run(bench(fairlead, peer))
        finally:
            ended(fairlead)
    sys.stdout.write(f"\nMedians of {ROUNDS} rounds of {SECONDS:.0f} s; the sides' rounds alternate.\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
