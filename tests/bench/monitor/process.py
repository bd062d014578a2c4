"""One monitor as a process of its own: started, killed, and asked by its files how far it is."""

import asyncio
import os
import sys
from contextlib import closing
from typing import Any

import psutil
from fairlead_contracts.operations.monitor import GetCoverage
from fairlead_monitor.partitions.files import Files
from fairlead_monitor.partitions.places import partition_of
from fairlead_monitor.reports.coverage import coverage

LOOK = 0.1


class Monitor:
    """A monitor process, what it has cost so far over all its lives, and its largest memory."""

    def __init__(self, server: Any, deployments: list[str]) -> None:
        self._server, self._deployments = server, deployments
        self._files = Files(server.home)
        self.cpu, self.memory = 0.0, 0
        self._process: psutil.Popen | None = None

    def start(self) -> None:
        """Start it with one thread of arithmetic, so that it is one core's work."""
        told = {
            "FAIRLEAD_HOME": str(self._server.home), "FAIRLEAD_NATS_URL": self._server.url, "FAIRLEAD_MIN_FREE": "0",
            "FAIRLEAD_ASSUME_SYNC": "true", "NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
        }  # fmt: skip
        log = (self._server.home / "monitor.log").open("ab")
        with closing(log):
            self._process = psutil.Popen(
                [sys.executable, "-m", "fairlead_monitor"], env={**os.environ, **told}, stdout=log, stderr=log
            )
        self._process.cpu_affinity([0])

    def kill(self) -> None:
        """`kill -9`."""
        if self._process is not None:
            self.look()
            self.cpu += self._spent()
            self._process.kill()
            self._process.wait()
            self._process = None

    def look(self) -> None:
        """Note its memory now."""
        if self._process is not None:
            self.memory = max(self.memory, self._process.memory_info().rss)

    def _spent(self) -> float:
        times = self._process.cpu_times() if self._process is not None else None
        return times.user + times.system if times else 0.0

    def spent(self) -> float:
        """Processor seconds of all its lives."""
        return self.cpu + self._spent()

    def rows(self) -> int:
        """Rows counted so far, over all deployments."""
        total = 0
        for name in self._deployments:
            with self._files.reading(partition_of("default", name)) as db:
                total += coverage(db, GetCoverage(project="default", deployment=name)).counted
        return total

    async def until(self, rows: int) -> None:
        """Wait until so many rows are counted, looking at its memory meanwhile."""
        while self.rows() < rows:
            self.look()
            await asyncio.sleep(LOOK)
