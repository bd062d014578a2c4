"""Which files hold a partition's closed hours: it stands in the partition's own file, and so in its copies too."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

Of = tuple[str, str]
"""Project and deployment."""
EVER = 2**62
"""Later than every moment, in microseconds since 1970."""


@dataclass(frozen=True)
class Archived:
    """One file of one deployment. Times in microseconds since 1970, both ends included."""

    path: str
    project: str
    deployment: str
    rows: int
    first: int
    last: int
    written_first: int
    written_last: int
    id_first: str
    id_last: str

    @property
    def digest(self) -> str:
        """What the bytes of the file must hash to; its name ends with it."""
        return "sha256:" + self.path.removesuffix(".parquet").rpartition("-")[2]


Fetch = Callable[[Sequence[Archived], Path], list[Path]]
"""Brings files to this machine, into the folder if they are not here, and checks their bytes."""


def note(db: sqlite3.Connection, archived: Archived) -> None:
    """A file is stored, and counts from the end of this transaction on."""
    db.execute("INSERT OR REPLACE INTO archives VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", astuple(archived))


def let_go(db: sqlite3.Connection, path: str) -> None:
    """A file counts no longer."""
    db.execute("DELETE FROM archives WHERE path = ?", (path,))


def of(db: sqlite3.Connection, deployment: Of, more: str = "", values: Sequence[object] = ()) -> list[Archived]:
    """A deployment's files, the oldest first; `more`: a further condition."""
    rows = db.execute(
        f"SELECT * FROM archives WHERE (project, deployment) = (?, ?) {more} ORDER BY written_first, path",  # noqa: S608  # ours
        (*deployment, *values),
    )
    return [Archived(*row) for row in rows]


@dataclass(frozen=True)
class Knowledge:
    """What a partition knows of the store: every file that counts, and since when it has known any."""

    named: frozenset[str]
    since: dt.datetime


def known(db: sqlite3.Connection) -> Knowledge:
    """As the partition's file says; its copies say the same."""
    (begun,) = db.execute("SELECT at FROM beginnings").fetchone()
    named = frozenset(row[0] for row in db.execute("SELECT path FROM archives"))
    return Knowledge(named, dt.datetime.fromtimestamp(begun / 1_000_000, dt.UTC))
