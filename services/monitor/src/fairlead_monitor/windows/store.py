"""The SQLite file of a partition.

What a batch adds, that it was seen, and how far the stream was read are one transaction.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

SCHEMA = """
    CREATE TABLE IF NOT EXISTS positions (stream TEXT PRIMARY KEY, sequence INTEGER) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS seen (
        kind TEXT, replica TEXT, epoch TEXT, first INTEGER, last INTEGER,
        PRIMARY KEY (kind, replica, epoch, first)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sources (
        replica TEXT, epoch TEXT, project TEXT, deployment TEXT, model TEXT, version INTEGER, role TEXT,
        served INTEGER, first INTEGER, last INTEGER, ahead INTEGER,
        PRIMARY KEY (replica, epoch)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS series (
        series INTEGER PRIMARY KEY, project TEXT, deployment TEXT, model TEXT, version INTEGER, role TEXT,
        replica TEXT, segment TEXT, baseline TEXT,
        UNIQUE (project, deployment, model, version, role, replica, segment, baseline)) STRICT;
    CREATE TABLE IF NOT EXISTS profiles (
        series INTEGER, grain INTEGER, start INTEGER, rows INTEGER, profile BLOB, written INTEGER,
        PRIMARY KEY (series, grain, start)) STRICT;
    CREATE TABLE IF NOT EXISTS health (
        series INTEGER, grain INTEGER, start INTEGER, requests INTEGER, rows INTEGER, client_errors INTEGER,
        server_errors INTEGER, latency BLOB, written INTEGER, PRIMARY KEY (series, grain, start)) STRICT;
    CREATE TABLE IF NOT EXISTS predictions (
        project TEXT, deployment TEXT, id TEXT, row INTEGER, model TEXT, version INTEGER, role TEXT, time INTEGER,
        outputs TEXT, written INTEGER) STRICT;
    CREATE INDEX IF NOT EXISTS predictions_by_row ON predictions (project, deployment, id, row);
    CREATE VIEW IF NOT EXISTS first_predictions AS
        SELECT project, deployment, id, row, model, version, role, min(time) AS time, count(*) AS times,
            substr(min(printf('%020d', time) || outputs), 21) AS outputs
        FROM predictions GROUP BY project, deployment, id, row, model, version, role;
    CREATE TABLE IF NOT EXISTS actuals (
        project TEXT, deployment TEXT, id TEXT, row INTEGER, value TEXT, recorded INTEGER, place INTEGER,
        PRIMARY KEY (project, deployment, id, row)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS refused (
        stream TEXT, sequence INTEGER, project TEXT, deployment TEXT, replica TEXT, reason TEXT, time INTEGER,
        PRIMARY KEY (stream, sequence)) STRICT, WITHOUT ROWID;
"""


def opened(path: Path) -> Database:
    """The store at this path, made where it is new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = Database(sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False))
    db.enable_wal()
    db.conn.execute("PRAGMA synchronous = FULL")
    db.conn.executescript(SCHEMA)
    return db


@contextmanager
def transaction(db: Database) -> Iterator[sqlite3.Connection]:
    """One transaction: all of it, or nothing when it raises."""
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield db.conn
    except BaseException:
        db.conn.execute("ROLLBACK")
        raise
    db.conn.execute("COMMIT")


def position(db: sqlite3.Connection, stream: str) -> int:
    """The last message of the stream that is in; 0 for none."""
    row = db.execute("SELECT sequence FROM positions WHERE stream = ?", (stream,)).fetchone()
    return int(row[0]) if row else 0


def move(db: sqlite3.Connection, stream: str, sequence: int) -> None:
    """All messages up to this one are in."""
    db.execute(
        "INSERT INTO positions VALUES (?, ?) ON CONFLICT DO UPDATE SET sequence = max(sequence, excluded.sequence)",
        (stream, sequence),
    )
