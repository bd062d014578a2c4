"""The SQLite file of a partition.

What a batch adds, that it was seen, and how far the stream was read are one transaction.
"""

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from fairlead_contracts.errors import UnavailableError
from sqlite_utils import Database

FIRST_PREDICTIONS = """
    SELECT project, deployment, id, row, model, version, role, min(time) AS time, count(*) AS times,
        substr(min(printf('%020d', time) || outputs), 21) AS outputs
    FROM predictions GROUP BY project, deployment, id, row, model, version, role"""
SCHEMA = f"""
    CREATE TABLE IF NOT EXISTS positions (stream TEXT PRIMARY KEY, sequence INTEGER) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS beginnings (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER) STRICT;
    INSERT OR IGNORE INTO beginnings VALUES (1, CAST(strftime('%s', 'now') AS INTEGER) * 1000000);
    CREATE TABLE IF NOT EXISTS owners (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT) STRICT;
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
    CREATE INDEX IF NOT EXISTS profiles_by_written ON profiles (grain, written);
    CREATE INDEX IF NOT EXISTS health_by_written ON health (grain, written);
    CREATE TABLE IF NOT EXISTS predictions (
        project TEXT, deployment TEXT, id TEXT, row INTEGER, model TEXT, version INTEGER, role TEXT, time INTEGER,
        outputs TEXT, written INTEGER) STRICT;
    CREATE INDEX IF NOT EXISTS predictions_by_written ON predictions (project, deployment, written);
    CREATE INDEX IF NOT EXISTS predictions_by_row ON predictions (project, deployment, id, row);
    CREATE VIEW IF NOT EXISTS first_predictions AS {FIRST_PREDICTIONS};
    CREATE TABLE IF NOT EXISTS actuals (
        project TEXT, deployment TEXT, id TEXT, row INTEGER, value TEXT, recorded INTEGER, place INTEGER,
        known INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (project, deployment, id, row)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS archives (
        path TEXT PRIMARY KEY, project TEXT, deployment TEXT, rows INTEGER, first INTEGER, last INTEGER,
        written_first INTEGER, written_last INTEGER, id_first TEXT, id_last TEXT) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS archives_by_deployment ON archives (project, deployment, written_first);
    CREATE TABLE IF NOT EXISTS refused (
        stream TEXT, sequence INTEGER, project TEXT, deployment TEXT, replica TEXT, reason TEXT, time INTEGER,
        PRIMARY KEY (stream, sequence)) STRICT, WITHOUT ROWID;
"""  # noqa: S608  # ours


class LostError(UnavailableError):
    """A partition is not this process's any more."""

    def __init__(self, partition: int | None = None) -> None:
        which = "A partition" if partition is None else f"Partition {partition}"
        super().__init__(f"{which} is held by another copy of the monitor; retry.")


def opened(path: Path) -> Database:
    """The store at this path, made where it is new. Nobody sees one without its tables, whoever else opens it."""
    if not path.exists():
        _make(path)
    db = _connected(path)
    db.conn.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
    _bring_up(db)
    return db


def _bring_up(db: Database) -> None:
    # Files of before have actuals without the time at which they became known, which is that at which they came,
    # and without when their archived prediction was written.
    if "known" not in db["actuals"].columns_dict:
        db.conn.executescript(
            "BEGIN IMMEDIATE; ALTER TABLE actuals ADD COLUMN known INTEGER NOT NULL DEFAULT 0;"
            " UPDATE actuals SET known = recorded; COMMIT;"
        )
    if "held" not in db["actuals"].columns_dict:
        db.conn.execute("ALTER TABLE actuals ADD COLUMN held INTEGER NOT NULL DEFAULT 0")


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        with closing(sqlite3.connect(Path(folder) / path.name, isolation_level=None)) as new:
            new.execute("PRAGMA auto_vacuum = INCREMENTAL")  # before the first table, or never
        made = _connected(Path(folder) / path.name)
        made.conn.executescript(SCHEMA)
        made.conn.close()
        with contextlib.suppress(FileExistsError):
            os.link(Path(folder) / path.name, path)


def _connected(path: Path) -> Database:
    db = Database(sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False))
    db.enable_wal()
    db.conn.execute("PRAGMA synchronous = FULL")
    return db


@contextmanager
def transaction(db: Database) -> Iterator[sqlite3.Connection]:
    """One transaction: all of it, or nothing when it raises."""
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        _require_owner(db.conn)
        yield db.conn
    except BaseException:
        db.conn.execute("ROLLBACK")
        raise
    db.conn.execute("COMMIT")


def shrink(db: Database) -> int:
    """Give up to 2,000 unused pages back to the disk; returns how many pages went. Ask again until it returns 0."""
    free = int(db.conn.execute("PRAGMA freelist_count").fetchone()[0])
    db.conn.execute("PRAGMA incremental_vacuum(2000)").fetchall()
    return free - int(db.conn.execute("PRAGMA freelist_count").fetchone()[0])


def own(db: Database, token: str) -> None:
    """Make this connection the one that may write: the next transaction of every other owner raises LostError."""
    with transaction(db) as connection:
        connection.execute("INSERT OR REPLACE INTO owners VALUES (1, ?)", (token,))
    db.conn.execute("CREATE TEMP TABLE me AS SELECT ? AS token", (token,))


def owner(db: sqlite3.Connection) -> str:
    """Who may write; empty while nobody has taken it."""
    row = db.execute("SELECT token FROM owners").fetchone()
    return str(row[0]) if row else ""


def _require_owner(db: sqlite3.Connection) -> None:
    if db.execute("SELECT 1 FROM sqlite_temp_master WHERE name = 'me'").fetchone() is None:
        return
    if db.execute("SELECT 1 FROM owners JOIN temp.me USING (token)").fetchone() is None:
        raise LostError


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
