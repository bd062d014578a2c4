"""The file of a view: its name tells its schema, and what it holds of chassis's own."""

import hashlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path

SCHEMA = """
    CREATE TABLE meta (
        one INTEGER PRIMARY KEY CHECK (one = 1), applied INTEGER, hash TEXT, stream TEXT, created TEXT) STRICT;
    INSERT INTO meta VALUES (1, 0, '', '', '');
    CREATE TABLE aggregates (subject TEXT PRIMARY KEY, sequence INTEGER, hash TEXT) STRICT, WITHOUT ROWID;
    CREATE TABLE operations (
        principal TEXT, id TEXT, sequence INTEGER, operation TEXT, request TEXT, time TEXT,
        PRIMARY KEY (principal, id)) STRICT, WITHOUT ROWID;
    CREATE TABLE foreign_messages (sequence INTEGER PRIMARY KEY, subject TEXT, reason TEXT) STRICT;
    CREATE INDEX operations_time ON operations (time);
"""


def opened(folder: Path, instance: str, schemas: Iterable[str]) -> sqlite3.Connection:
    """The view file for these schemas, made where there is none; files of other schemas are removed."""
    whole = "".join((SCHEMA, *schemas))
    digest = hashlib.sha256(whole.encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{instance}-{digest}.sqlite"
    if not path.exists():
        _made(path, whole)
    for other in folder.glob(f"{instance}-*.sqlite*"):
        if not other.name.startswith(path.name):
            other.unlink(missing_ok=True)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    return db


def _made(path: Path, schema: str) -> None:
    building = path.with_suffix(".building")
    building.unlink(missing_ok=True)
    db = sqlite3.connect(building)
    db.executescript(schema)
    db.close()
    building.replace(path)
