"""Closing hours: what was written before the hour that runs leaves the partition's file for one of its own.

The file is stored first; then, in one transaction, it is noted and its rows go. A crash in between leaves a file that
nothing names, and the rows where they were: nothing is lost, nothing counts twice. Hours go by when rows were written,
not by their event time, so a late row belongs to an hour that is still open, and no closed file is ever touched again.
"""

import asyncio
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from fairlead_monitor.archive.manifest import Archived, Of, note
from fairlead_monitor.archive.store import ArchiveStore
from fairlead_monitor.archive.writing import COLUMNS, write
from fairlead_monitor.partitions.files import Files
from fairlead_monitor.windows.store import shrink, transaction

HOUR, DAY = 3_600_000_000, 86_400_000_000
ENOUGH, AT_MOST = 50_000, 200_000
"""Rows that make a file of a closed hour worth while, and the most in one file. Fewer wait for a day."""


class Closing:
    """That of the partitions which this process owns."""

    def __init__(self, files: Files, store: ArchiveStore) -> None:
        self._files, self._store = files, store

    def due(self, partition: int, now: int) -> list[Of]:
        """Deployments with enough rows of closed hours, or with rows that are more than a day old."""
        closed = now - now % HOUR
        with self._files.reading(partition) as db:
            rows = db.execute(
                "SELECT project, deployment FROM predictions WHERE written < ? GROUP BY project, deployment"
                " HAVING count(*) >= ? OR min(written) < ?", (closed, ENOUGH, now - DAY),
            )  # fmt: skip
            return [(project, deployment) for project, deployment in rows]

    def prepare(self, partition: int, of: Of, now: int, file: Path) -> tuple[Archived, list[tuple[int]]] | None:
        """Write the oldest rows of closed hours to a file; returns what it is, and the rows' numbers. None: no rows."""
        with self._files.reading(partition) as db:
            rows = db.execute(
                f"SELECT rowid, {', '.join(COLUMNS)} FROM predictions WHERE (project, deployment) = (?, ?)"  # noqa: S608  # ours
                " AND written < ? ORDER BY written, rowid LIMIT ?", (*of, now - now % HOUR, AT_MOST),
            ).fetchall()  # fmt: skip
        if not rows:
            return None
        return write([row[1:] for row in rows], file, (partition, of)), [row[:1] for row in rows]

    def commit(self, partition: int, archived: Archived, numbers: list[tuple[int]]) -> None:
        """The file counts from now on, and its rows no more. Raises: LostError where the partition is another's."""
        with self._files.writing(partition) as db:
            db.conn.execute("CREATE TEMP TABLE IF NOT EXISTS leaving (number INTEGER PRIMARY KEY)")
            with transaction(db) as connection:
                connection.execute("DELETE FROM temp.leaving")
                connection.executemany("INSERT INTO temp.leaving VALUES (?)", numbers)
                _leave(connection, archived)

    def shrink(self, partition: int) -> bool:
        """Give a part of the room of rows that have left back to the disk; whether there is more."""
        with self._files.writing(partition) as db:
            return shrink(db) > 0

    async def close(self, partition: int, of: Of, now: int, folder: Path) -> int:
        """Close up to 200,000 rows of one deployment; returns how many. Ask again until it returns 0.

        Raises: LowDiskError, UnavailableError while the store takes nothing: the rows stay then.
        """
        with tempfile.TemporaryDirectory(dir=folder) as inner:
            file = Path(inner) / "closed.parquet"
            prepared: Any = await asyncio.to_thread(self.prepare, partition, of, now, file)
            if prepared is None:
                return 0
            await self._store.put(file, prepared[0])
            await asyncio.to_thread(self.commit, partition, *prepared)
        return int(prepared[0].rows)


def _leave(db: sqlite3.Connection, archived: Archived) -> None:
    # An actual that came first is kept for as long as the row that it is of.
    db.execute(
        "UPDATE actuals SET held = max(held, p.written) FROM predictions p JOIN temp.leaving ON p.rowid = number"
        " WHERE (actuals.project, actuals.deployment, actuals.id, actuals.row) = (p.project, p.deployment, p.id, p.row)"
    )
    gone = db.execute("DELETE FROM predictions WHERE rowid IN (SELECT number FROM temp.leaving)").rowcount
    if gone != archived.rows:
        raise ValueError(f"{gone} rows would leave for a file of {archived.rows}.")
    note(db, archived)
