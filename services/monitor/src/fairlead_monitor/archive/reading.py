"""Archived rows for a report: brought beside the hot ones, so that a report reads both as if nothing had been closed.

DuckDB picks the rows from the files; SQLite keeps them in a temporary table on the disk for as long as the report
takes. So whatever is computed afterwards is computed by the same code on the same values, and is equal bit for bit.
"""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fairlead_monitor.archive.duck import locked
from fairlead_monitor.archive.manifest import EVER, Archived, Fetch, Of, of
from fairlead_monitor.windows.store import FIRST_PREDICTIONS

if TYPE_CHECKING:
    import duckdb

CHUNK, KEYS = 10_000, 200_000
"""Rows, and keys of rows, that are in memory at once."""
_ROW = "project, deployment, id, row, model, version, role, time, outputs, written"
_READ = (
    "SELECT id, row, model, version, role, epoch_us(time), outputs, epoch_us(written)"
    " FROM read_parquet($files) WHERE time < make_timestamp($last::BIGINT)"
)
_SINCE, _BEFORE = " AND time >= make_timestamp($first::BIGINT)", " AND time < make_timestamp($first::BIGINT)"
_LIKE = " AND (id, row) IN (SELECT id, row FROM keys)"
_UNDER = " AND id IN (SELECT id FROM keys)"
_BESIDE = f"""
    CREATE TEMP TABLE archived (
        project TEXT, deployment TEXT, id TEXT, row INTEGER, model TEXT, version INTEGER, role TEXT, time INTEGER,
        outputs TEXT, written INTEGER);
    CREATE TEMP VIEW predictions AS
        SELECT {_ROW} FROM main.predictions UNION ALL SELECT {_ROW} FROM temp.archived;
    CREATE TEMP VIEW first_predictions AS {FIRST_PREDICTIONS};
"""  # noqa: S608  # ours


@dataclass(frozen=True)
class Wanted:
    """Which predictions a report is about: event times in microseconds since 1970, `last` excluded, or some ids."""

    first: int = 0
    last: int = EVER
    ids: frozenset[str] | None = None


def bring(db: sqlite3.Connection, deployment: Of, wanted: Wanted, fetch: Fetch) -> None:
    """Make this connection's `predictions` those of the partition's file and the archived ones that are wanted.

    Also other predictions under the same ids and rows from before, since the first one counts. Nothing happens where
    nothing is archived. Raises: DigestMismatchError naming a file that is damaged; UnavailableError.
    """
    files = of(db, deployment, "AND first < ?", (wanted.last,))
    if not files:
        return
    with _changing(db), tempfile.TemporaryDirectory() as folder:
        for each in _BESIDE.split(";"):
            db.execute(each)
        here = Bringing(db, deployment, wanted, fetch, Path(folder))
        if wanted.ids is not None:
            here.of_ids(files, wanted.ids)
        else:
            here.of_period(files)
        db.execute("CREATE INDEX temp.archived_by_row ON archived (project, deployment, id, row)")


@contextmanager
def _changing(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("PRAGMA query_only = OFF")
    try:
        yield
    finally:
        db.execute("PRAGMA query_only = ON")


@dataclass(frozen=True)
class Bringing:
    """One report's reading of the archive."""

    db: sqlite3.Connection
    deployment: Of
    wanted: Wanted
    fetch: Fetch
    folder: Path

    def of_ids(self, files: Sequence[Archived], ids: frozenset[str]) -> None:
        """All rows under these ids."""
        low, high = min(ids, default=""), max(ids, default="")
        near = [each for each in files if each.id_first <= high and each.id_last >= low]
        self._read(near, _READ + _UNDER, [(each, 0) for each in ids])

    def of_period(self, files: Sequence[Archived]) -> None:
        """The rows of the period, and those from before it under the same ids and rows."""
        first = self.wanted.first
        self._read([each for each in files if each.last >= first], _READ + _SINCE)
        if first == 0:
            return
        self.db.execute(
            "CREATE TEMP TABLE asked AS SELECT DISTINCT id, row FROM predictions WHERE (project, deployment) = (?, ?)"
            " AND time >= ? AND time < ? ORDER BY id, row", (*self.deployment, first, self.wanted.last),
        )  # fmt: skip
        before = [each for each in files if each.first < first]
        asked = self.db.execute("SELECT id, row FROM temp.asked ORDER BY rowid")
        while keys := asked.fetchmany(KEYS):
            low, high = keys[0][0], keys[-1][0]
            near = [each for each in before if each.id_first <= high and each.id_last >= low]
            self._read(near, _READ + _BEFORE + _LIKE, keys)

    def _read(self, files: Sequence[Archived], sql: str, keys: Sequence[tuple[str, int]] | None = None) -> None:
        if not files or keys == []:
            return
        here = self.fetch(files, self.folder)
        given: dict[str, Any] = {"files": [str(each) for each in here], "last": self.wanted.last}
        given |= {"first": self.wanted.first} if "$first" in sql else {}
        with locked(self.folder, here) as duck:
            if keys is not None:
                ids, rows = zip(*keys, strict=True)
                duck.register("keys", {"id": np.array(ids, dtype=object), "row": np.array(rows, dtype=np.int64)})
            self._take(duck.execute(sql, given))

    def _take(self, found: "duckdb.DuckDBPyConnection") -> None:
        project, deployment = self.deployment
        insert = f"INSERT INTO temp.archived ({_ROW}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  # ours
        while rows := found.fetchmany(CHUNK):
            self.db.executemany(insert, [(project, deployment, *row) for row in rows])
