"""Retention at work: in the partitions that this process owns, a little at a time, so that telemetry waits little."""

import asyncio
import functools
import sqlite3
import time
from collections.abc import Callable

import structlog
from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import FairleadError
from sqlite_utils import Database

from fairlead_monitor.partitions.places import partition_of
from fairlead_monitor.windows.expiring import DAY, expire, forget

log = structlog.get_logger()
EVERY, SNAPSHOTS = 600.0, 6 * 3_600.0


async def expire_windows(chassis: Chassis) -> None:
    """Remove what is kept no longer, every ten minutes, until cancelled."""
    while True:
        for partition in sorted(chassis.own.owning.held):
            await _removed(chassis, partition, lambda db: expire(db, _now()))
        for project, deployment, days in chassis.part.looking.keeping():
            partition, of = partition_of(project, deployment), (project, deployment)
            if partition in chassis.own.owning.held:
                before = _now() - days * DAY
                await _removed(chassis, partition, functools.partial(forget, of=of, before=before))
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


async def _removed(chassis: Chassis, partition: int, some: Callable[[Database], int]) -> None:
    def run() -> int:
        with chassis.own.files.writing(partition) as db:
            return some(db)

    removed = 0
    try:
        while gone := await asyncio.to_thread(run):
            removed += gone
    except (FairleadError, sqlite3.Error, OSError) as error:
        log.warning("rows stay longer", partition=partition, reason=str(error) or type(error).__name__)
    if removed:
        log.info("rows have expired", partition=partition, rows=removed)


def _now() -> int:
    return time.time_ns() // 1_000
