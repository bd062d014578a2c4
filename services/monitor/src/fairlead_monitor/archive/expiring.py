"""Retention of archived rows, file by file; and files that nothing names, which a crash may leave."""

import datetime as dt
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

from fairlead_chassis.objects.store import Kept

from fairlead_monitor.archive.duck import locked
from fairlead_monitor.archive.manifest import Archived, Fetch, Knowledge, Of, of
from fairlead_monitor.archive.reading import CHUNK

UNNAMED = dt.timedelta(days=1)
"""For how long a file may wait to be named: far longer than storing and noting one takes."""


def over(db: sqlite3.Connection, deployment: Of, before: int, fetch: Fetch) -> list[Archived]:
    """Files all of whose rows were predicted before `before`, with no actual that came after that."""
    old = of(db, deployment, "AND written_last < ?", (before,))
    newer = db.execute(
        "SELECT 1 FROM actuals WHERE (project, deployment) = (?, ?) AND recorded >= ? LIMIT 1", (*deployment, before)
    ).fetchone()
    if newer is None:
        return old
    return [each for each in old if not _awaited(db, each, before, fetch)]


def _awaited(db: sqlite3.Connection, archived: Archived, before: int, fetch: Fetch) -> bool:
    known = "SELECT 1 FROM actuals WHERE (project, deployment, id, row) = (?, ?, ?, ?) AND recorded >= ?"
    at = (archived.project, archived.deployment)
    with tempfile.TemporaryDirectory() as folder:
        (file,) = fetch([archived], Path(folder))
        with locked(Path(folder), [file]) as duck:
            found = duck.execute("SELECT id, row FROM read_parquet($file)", {"file": str(file)})
            while rows := found.fetchmany(CHUNK):
                if any(db.execute(known, (*at, *row, before)).fetchone() for row in rows):
                    return True
    return False


def unnamed(stored: Sequence[Kept], known: Knowledge, now: dt.datetime) -> list[str]:
    """Files that the partition does not name, and that are too old to be about to be named.

    Files from before the partition's own beginning are the only ones left of a partition that was lost: they stay.
    """
    return [
        each.path
        for each in stored
        if each.path not in known.named and each.written >= known.since and now - each.written > UNNAMED
    ]
