"""The SQLite file of custom metrics' values: each id once, so what comes again changes nothing."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from fairlead_contracts.points import PointBatch
from sqlite_utils import Database

SCHEMA = """
    CREATE TABLE IF NOT EXISTS points (
        project TEXT, deployment TEXT, metric TEXT, id TEXT, time INTEGER, value REAL, count INTEGER,
        PRIMARY KEY (project, deployment, metric, id)) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS points_time ON points (project, deployment, metric, time, value, count);
"""
Row = tuple[str, int, float, int]


def opened(path: Path) -> Database:
    """The store at this path, made where it is new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = Database(sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False))
    db.enable_wal()
    db.conn.execute("PRAGMA synchronous = FULL")
    db.conn.executescript(SCHEMA)
    return db


def take(db: sqlite3.Connection, batch: PointBatch) -> None:
    """Keep the values of a batch that are new."""
    head = (batch.project, batch.deployment, batch.metric)
    db.executemany(
        "INSERT OR IGNORE INTO points VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((*head, each.id, each.time, each.value, each.count) for each in batch.values),
    )


def kept(db: sqlite3.Connection, key: tuple[str, str, str], start: int, end: int) -> Iterable[Row]:
    """Id, time, value and count of a metric's values in [start, end), by time and then id."""
    return db.execute(
        "SELECT id, time, value, count FROM points WHERE (project, deployment, metric) = (?, ?, ?)"
        " AND time >= ? AND time < ? ORDER BY time, id",
        (*key, start, end),
    )
