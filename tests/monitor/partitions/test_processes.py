"""Two monitors, real processes on a real bus: they share the partitions, and take over from each other without loss."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from fairlead_chassis.objects.store import ObjectStore
from fairlead_contracts.operations.monitor import GetCoverage
from fairlead_monitor.partitions.files import Files
from fairlead_monitor.partitions.places import PARTITIONS, partition_of
from fairlead_monitor.reports.coverage import coverage
from monitor.world import BASELINE, deployed, further, profile_batch

NAMES = [f"d{place}" for place in range(8)]
TOTAL = 12
pytestmark = pytest.mark.timeout(120)


class Monitors:
    """Monitor processes on one data directory, and what their files say."""

    def __init__(self, server: Any) -> None:
        self.server, self.files = server, Files(server.home)
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, instance: str) -> None:
        told = {
            "FAIRLEAD_HOME": str(self.server.home), "FAIRLEAD_NATS_URL": self.server.url, "FAIRLEAD_MIN_FREE": "0",
            "FAIRLEAD_INSTANCE": instance, "FAIRLEAD_ASSUME_SYNC": "true",
        }  # fmt: skip
        with (self.server.home / f"monitor-{instance}.log").open("ab") as log:
            self.running[instance] = subprocess.Popen(
                [sys.executable, "-m", "fairlead_monitor"], env={**os.environ, **told}, stdout=log, stderr=log
            )

    def end(self, instance: str, by: signal.Signals) -> None:
        process = self.running.pop(instance)
        process.send_signal(by)
        process.wait(30)

    def owners(self) -> dict[str, int]:
        """How many partitions each copy has taken, by its id; those that nobody has taken apart."""
        found: dict[str, int] = {}
        for partition in range(PARTITIONS):
            owner = self.files.owner(partition).partition("/")[0]
            found[owner] = found.get(owner, 0) + 1
        return found

    def counted(self) -> list[int]:
        """Rows counted of each deployment."""
        rows = []
        for name in NAMES:
            with self.files.reading(partition_of("default", name)) as db:
                rows.append(coverage(db, GetCoverage(project="default", deployment=name)).counted)
        return rows

    async def until(self, holds: Callable[[], bool]) -> None:
        for _ in range(1_200):
            if holds():
                return
            await asyncio.sleep(0.05)
        pytest.fail(f"it did not come to hold: {self.owners()} {self.counted()}\n{self.logs()}")

    def logs(self) -> str:
        return "".join(each.read_text()[-2_000:] for each in Path(self.server.home).glob("monitor-*.log"))


@pytest.fixture
async def monitors(bus_server: Any) -> AsyncIterator[Monitors]:
    found = Monitors(bus_server)
    yield found
    for instance in list(found.running):
        found.end(instance, signal.SIGKILL)


async def test_a_copy_that_is_killed_is_followed_by_the_other_without_loss_or_doubles(monitors: Monitors) -> None:
    server = monitors.server
    baseline = await ObjectStore(str(server.home / "objects")).put(BASELINE.to_json().encode())
    await deployed(server, baseline, [])
    clients = {}
    for name in NAMES:
        await further(server, [f"r-{name}"], name)
        clients[name] = await server.connect_replica(f"r-{name}")

    async def send(first: int, last: int) -> None:
        for sequence in range(first, last):
            for name, client in clients.items():
                batch = profile_batch(f"r-{name}", sequence, 100, baseline, deployment=name)
                await client.jetstream().publish(f"telemetry.profiles.r-{name}", batch.model_dump_json().encode())

    monitors.start("0")
    monitors.start("1")
    await monitors.until(lambda: sorted(monitors.owners().values()) == [8, 8])
    await send(1, 5)
    sending = asyncio.create_task(send(5, TOTAL))
    await monitors.until(lambda: sum(monitors.counted()) > 0)
    monitors.end("0", signal.SIGKILL)
    await sending
    expected = sum(10 * sequence for sequence in range(1, TOTAL))
    await monitors.until(lambda: monitors.counted() == [expected] * len(NAMES))
    assert list(monitors.owners().values()) == [PARTITIONS]

    monitors.start("0")
    await monitors.until(lambda: sorted(monitors.owners().values()) == [8, 8])
    monitors.end("1", signal.SIGTERM)
    await send(TOTAL, TOTAL + 1)
    await monitors.until(lambda: monitors.counted() == [expected + 10 * TOTAL] * len(NAMES))
    await monitors.until(lambda: list(monitors.owners().values()) == [PARTITIONS])
