"""The archive at work: hours are closed, files whose time is over go, and so does what a crash has left."""

import asyncio
import datetime as dt
import sqlite3
import time

import structlog
from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import FairleadError
from prometheus_client import Gauge

from fairlead_monitor.archive import manifest
from fairlead_monitor.archive.expiring import over, unnamed
from fairlead_monitor.archive.manifest import Of
from fairlead_monitor.archive.store import fetching
from fairlead_monitor.archive.writing import folder
from fairlead_monitor.partitions.places import partition_of
from fairlead_monitor.windows.expiring import DAY
from fairlead_monitor.windows.store import transaction

log = structlog.get_logger()
EVERY, SWEEPS = 600.0, 6
"""Seconds between two passes; every sixth looks for files that nothing names."""
WAITING = Gauge("fairlead_monitor_archive_waiting", "Partitions whose closed hours cannot be archived now")


async def keep_archive(chassis: Chassis) -> None:
    """Close hours and remove what is kept no longer, every ten minutes, until cancelled."""
    passes = 0
    while True:
        waiting = 0
        for partition in sorted(chassis.own.owning.held):
            waiting += not await _kept(chassis, partition, sweep=passes % SWEEPS == 0)
        WAITING.set(waiting)
        passes += 1
        await asyncio.sleep(EVERY)


async def _kept(chassis: Chassis, partition: int, *, sweep: bool) -> bool:
    try:
        rows = await close_hours(chassis, partition)
        if rows:
            log.info("hours are closed", partition=partition, rows=rows)
        await expire_files(chassis, partition)
        if sweep:
            await sweep_files(chassis, partition)
    except (FairleadError, sqlite3.Error, OSError) as error:
        reason = str(error) or type(error).__name__
        log.warning("closed hours stay in the partition's file", partition=partition, reason=reason)
        return False
    return True


async def close_hours(chassis: Chassis, partition: int) -> int:
    """Archive all that is due; returns how many rows. Raises: LowDiskError, UnavailableError; the rows stay then."""
    closing, rows = chassis.own.closing, 0
    now = time.time_ns() // 1_000
    for of in await asyncio.to_thread(closing.due, partition, now):
        while closed := await closing.close(partition, of, now, chassis.home / "monitor"):
            rows += closed
    while rows and await asyncio.to_thread(closing.shrink, partition):
        pass
    return rows


async def expire_files(chassis: Chassis, partition: int) -> None:
    """Remove the files whose rows' time is over: first from what counts, then from the store."""
    for project, deployment, days in chassis.part.looking.keeping():
        if partition_of(project, deployment) == partition:
            before = time.time_ns() // 1_000 - days * DAY
            for path in await asyncio.to_thread(_let_go, chassis, (project, deployment), before, _fetch(chassis)):
                await chassis.objects.remove_at(path)
                log.info("archived rows have expired", path=path)


async def sweep_files(chassis: Chassis, partition: int) -> None:
    """Remove files that nothing has named for a day."""
    stored = await chassis.objects.kept(folder(partition))
    for path in unnamed(stored, await asyncio.to_thread(_known, chassis, partition), dt.datetime.now(dt.UTC)):
        await chassis.objects.remove_at(path)
        log.info("a file that nothing names is removed", path=path)


def _let_go(chassis: Chassis, of: Of, before: int, fetch: manifest.Fetch) -> list[str]:
    partition = partition_of(*of)
    with chassis.own.files.reading(partition) as db:
        gone = [each.path for each in over(db, of, before, fetch)]
    if gone:
        with chassis.own.files.writing(partition) as db, transaction(db) as connection:
            for path in gone:
                manifest.let_go(connection, path)
    return gone


def _known(chassis: Chassis, partition: int) -> manifest.Knowledge:
    # Asked as a writer is: who has lost the partition knows no more what is named.
    with chassis.own.files.writing(partition) as db, transaction(db) as connection:
        return manifest.known(connection)


def _fetch(chassis: Chassis) -> manifest.Fetch:
    return fetching(chassis.own.archive, asyncio.get_running_loop())
