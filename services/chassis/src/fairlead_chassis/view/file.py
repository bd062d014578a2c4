"""The file of a view: its name tells its schema, and what it holds of chassis's own."""

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import structlog

log = structlog.get_logger()
CHECKED_ALWAYS = 256 * 1024 * 1024
_ELSEWHERE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
"""Errors that say nothing of the file's content."""

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
    if not _sound(path):
        # Everything in it is on the ledger, so nothing is lost by building it anew.
        log.error("the view's file is damaged; it is built anew from the ledger", file=str(path))
        path.replace(path.with_name(f"{path.name}.damaged"))
        for left in ("-wal", "-shm"):
            path.with_name(path.name + left).unlink(missing_ok=True)
        _made(path, whole)
    return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    return db


def _sound(path: Path) -> bool:
    # Reading a large file whole takes seconds: only where its last process did not close it.
    unclosed = path.with_name(f"{path.name}-wal").exists()
    try:
        with contextlib.closing(_connected(path)) as db:
            told = db.execute("SELECT count(*) FROM meta").fetchone()
            if path.stat().st_size > CHECKED_ALWAYS and not unclosed:
                return bool(told[0] == 1)
            return bool(told[0] == 1 and db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in _ELSEWHERE:
            raise
        return False
    except sqlite3.DatabaseError:
        return False


def _made(path: Path, schema: str) -> None:
    building = path.with_suffix(".building")
    building.unlink(missing_ok=True)
    db = sqlite3.connect(building)
    db.executescript(schema)
    db.close()
    building.replace(path)
