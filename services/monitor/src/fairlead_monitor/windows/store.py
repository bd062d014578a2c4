"""The SQLite file of the windows. What a batch adds and the fact that it was seen are one transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

SCHEMA = """
    CREATE TABLE IF NOT EXISTS batches (
        kind TEXT, replica TEXT, epoch TEXT, sequence INTEGER,
        PRIMARY KEY (kind, replica, epoch, sequence)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sources (
        replica TEXT, epoch TEXT, project TEXT, deployment TEXT, model TEXT, version INTEGER, role TEXT, served INTEGER,
        PRIMARY KEY (replica, epoch)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS windows (
        project TEXT, deployment TEXT, model TEXT, version INTEGER, role TEXT, replica TEXT, minute INTEGER,
        rows INTEGER, baseline TEXT, profile BLOB,
        PRIMARY KEY (project, deployment, model, version, role, replica, minute)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS health (
        project TEXT, deployment TEXT, model TEXT, version INTEGER, role TEXT, replica TEXT, minute INTEGER,
        requests INTEGER, rows INTEGER, client_errors INTEGER, server_errors INTEGER, latency BLOB,
        PRIMARY KEY (project, deployment, model, version, role, replica, minute)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS predictions (
        project TEXT, deployment TEXT, id TEXT, row INTEGER, model TEXT, version INTEGER, role TEXT, time INTEGER,
        outputs TEXT, PRIMARY KEY (project, deployment, id, row, model, version, role)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS actuals (
        project TEXT, deployment TEXT, id TEXT, row INTEGER, value TEXT, recorded INTEGER,
        PRIMARY KEY (project, deployment, id, row)) STRICT, WITHOUT ROWID;
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
