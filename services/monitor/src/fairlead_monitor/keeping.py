"""Retention at work: in the partitions that this process owns, a little at a time, so that telemetry waits little."""

import asyncio
import sqlite3
import time

import structlog
from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import FairleadError

from fairlead_monitor.partitions.files import Files
from fairlead_monitor.windows.expiring import expire

log = structlog.get_logger()
EVERY, SNAPSHOTS = 600.0, 6 * 3_600.0


async def expire_windows(chassis: Chassis) -> None:
    """Remove what is kept no longer, every ten minutes, until cancelled."""
    while True:
        for partition in sorted(chassis.own.owning.held):
            try:
                await _partition(chassis.own.files, partition)
            except (FairleadError, sqlite3.Error, OSError) as error:
                log.warning("windows stay longer", partition=partition, reason=str(error) or type(error).__name__)
        await asyncio.sleep(EVERY)


async def keep_snapshots(chassis: Chassis) -> None:
    """Store a copy of each partition that has changed, every six hours, until cancelled."""
    while True:
        await asyncio.sleep(SNAPSHOTS)
        for partition in sorted(chassis.own.owning.held):
            try:
                await chassis.own.snapshots.keep(partition)
            except (FairleadError, sqlite3.Error, OSError) as error:
                log.warning("a partition is not copied", partition=partition, reason=str(error) or type(error).__name__)


async def _partition(files: Files, partition: int) -> None:
    def some() -> int:
        with files.writing(partition) as db:
            return expire(db, time.time_ns() // 1_000)

    removed = 0
    while gone := await asyncio.to_thread(some):
        removed += gone
    if removed:
        log.info("windows have expired", partition=partition, windows=removed)
