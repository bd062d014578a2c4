"""Telemetry of 1,000 replicas into one monitor: `uv run tox -e bench-monitor`.

Every message is real, on a real nats-server: a profile of 25 features for every ten seconds of its replica's time. The
monitor is one process on one core, killed by `kill -9` in the middle. Its cost is processor time, so that what else
runs on the machine does not count. `--quick` leaves the series out.
"""

import asyncio
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from bench.monitor.fleet import ROWS, Fleet, bus
from bench.monitor.process import Monitor
from bench.monitor.reports import reports

REPLICAS, FEATURES, DEPLOYMENTS, EVERY, ROUNDS = 1_000, 25, 10, 10.0, 12
SERIES = ((100, 25), (300, 25), (3_000, 25), (1_000, 5), (1_000, 100))


@dataclass(frozen=True)
class Measured:
    """What a fleet cost: processor milliseconds a message, and the monitor's largest memory in bytes."""

    replicas: int
    features: int
    messages: int
    cpu_ms: float
    memory: int

    @property
    def share(self) -> float:
        """How many times as fast as such a fleet sends, on one core."""
        return 1_000.0 / self.cpu_ms / (self.replicas / EVERY)


async def measure(replicas: int, features: int, rounds: int, *, kill: bool = False) -> Measured:
    """Send all, then let a monitor take it in. Raises: AssertionError when a row is lost or counted twice."""
    async with bus() as server:
        fleet = Fleet(server, replicas, DEPLOYMENTS, features)
        await fleet.certify()
        monitor = Monitor(server, fleet.deployments)
        monitor.start()
        warm = await fleet.send(range(1))
        await monitor.until(warm * ROWS)
        before = monitor.spent()
        sent = await fleet.send(range(1, rounds))
        if kill:
            await monitor.until((warm + sent // 3) * ROWS)
            monitor.kill()
            monitor.start()
        await monitor.until((warm + sent) * ROWS)
        cost = monitor.spent() - before
        await asyncio.sleep(2 * 0.5)
        assert monitor.rows() == (warm + sent) * ROWS
        monitor.kill()
        return Measured(replicas, features, sent, 1_000.0 * cost / sent, monitor.memory)


def shown(rows: Sequence[Measured]) -> str:
    """A table, with a bar for the cost of a message."""
    worst = max(each.cpu_ms for each in rows)
    lines = [
        "| replicas | features | messages | CPU ms a message | times such a fleet | memory MB | |",
        "|" + " --- |" * 7,
    ]
    for each in rows:
        bar = "█" * max(1, round(20 * each.cpu_ms / worst))
        lines.append(
            f"| {each.replicas:,} | {each.features} | {each.messages:,} | {each.cpu_ms:.2f} | {each.share:.1f} |"
            f" {each.memory / 1e6:.0f} | {bar} |"
        )
    return "\n".join(lines)


async def main(*arguments: str) -> None:
    """Measure, and print tables."""
    sys.stdout.write(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n\n")
    killed = await measure(REPLICAS, FEATURES, ROUNDS, kill=True)
    sys.stdout.write(
        f"kill -9 in the middle: nothing lost, nothing doubled; {killed.cpu_ms:.2f} ms a message with it\n\n"
    )
    rows = [await measure(REPLICAS, FEATURES, ROUNDS)]
    if "--quick" not in arguments:
        rows += [await measure(*each, max(3, 6_000 // each[0])) for each in SERIES]
    sys.stdout.write(shown(rows) + "\n\n")
    sys.stdout.write(reports() + "\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
