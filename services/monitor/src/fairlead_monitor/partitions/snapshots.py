"""Copies of partitions' files in the object store: a file that is lost, or was elsewhere, begins from the newest.

A file says itself how far each stream is in it, so what a copy lacks is read again from the streams, and nothing twice.
Copies are named by how far they are: the sum of the positions, which only grows.
"""

import asyncio
import contextlib
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import structlog
from fairlead_chassis.objects.store import Kept, ObjectStore
from fairlead_contracts.errors import FairleadError

from fairlead_monitor.partitions.places import file_of

log = structlog.get_logger()
FOLDER, NEWEST = "monitor/partitions", 2
_DIGITS = 24


class Snapshots:
    """Those of one installation."""

    def __init__(self, objects: ObjectStore, home: Path) -> None:
        self._objects, self._home = objects, home

    async def keep(self, partition: int) -> bool:
        """Store a copy of the file as it is now, if it is further than the newest; older ones but one go after that.

        Raises: LowDiskError, UnavailableError; what was stored before stays then.
        """
        held = await self._stored(partition)
        reached = await asyncio.to_thread(reach, file_of(self._home, partition))
        if reached == 0 or (held and _reach_of(held[0]) >= reached):
            return False
        with tempfile.TemporaryDirectory(dir=self._home / "monitor") as folder:
            copy = Path(folder) / "copy.sqlite"
            reached = await asyncio.to_thread(_copied, file_of(self._home, partition), copy)
            await self._objects.put_file_at(_path(partition, reached), copy)
        for old in held[NEWEST - 1 :]:
            await self._objects.remove_at(old.path)
        return True

    async def restore(self, partition: int) -> None:
        """Fetch the newest sound copy where the file here is missing or not as far.

        Raises: UnavailableError while the store does not answer and there is no file here to go on from.
        """
        file = file_of(self._home, partition)
        reached = await asyncio.to_thread(reach, file)
        try:
            for each in await self._stored(partition):
                if _reach_of(each) <= reached or await self._fetched(each, file):
                    return
        except FairleadError:
            if not file.exists():
                raise
            log.warning("the object store does not answer; a partition goes on from its file here", partition=partition)

    async def _stored(self, partition: int) -> list[Kept]:
        found = await self._objects.kept(f"{FOLDER}/{partition:02}")
        return sorted(found, key=_reach_of, reverse=True)

    async def _fetched(self, kept: Kept, file: Path) -> bool:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent) as folder:
            copy = Path(folder) / file.name
            await self._objects.fetch_at(kept.path, copy)
            if not await asyncio.to_thread(_sound, copy):
                log.error("a copy of a partition is damaged; an older one is taken", path=kept.path)
                return False
            for side in ("-wal", "-shm"):
                file.with_name(file.name + side).unlink(missing_ok=True)
            copy.replace(file)
        log.info("a partition begins from its copy", path=kept.path)
        return True


def reach(file: Path) -> int:
    """How far a partition's file is: the sum of its positions; 0 where there is none."""
    if not file.exists():
        return 0
    with closing(sqlite3.connect(file, timeout=30.0)) as db, contextlib.suppress(sqlite3.DatabaseError):
        return int(db.execute("SELECT coalesce(sum(sequence), 0) FROM positions").fetchone()[0])
    return 0


def _copied(file: Path, copy: Path) -> int:
    with closing(sqlite3.connect(file, timeout=30.0)) as db, closing(sqlite3.connect(copy)) as to:
        db.backup(to, pages=1_000)
        to.execute("PRAGMA journal_mode = DELETE")
    return reach(copy)


def _sound(copy: Path) -> bool:
    try:
        with closing(sqlite3.connect(copy)) as db:
            return bool(db.execute("PRAGMA quick_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False


def _path(partition: int, reached: int) -> str:
    return f"{FOLDER}/{partition:02}/{reached:0{_DIGITS}}.sqlite"


def _reach_of(kept: Kept) -> int:
    digits = kept.path.rpartition("/")[2].removesuffix(".sqlite")
    return int(digits) if digits.isdigit() else -1
