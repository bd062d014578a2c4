"""What windows are kept for, counted from when they were last written, so that history can be replayed.

A thousand replicas write a window each for every minute. That detail is read for a day, by hour for a week; what is
merged over the replicas stays, and with it every report of a whole hour.
"""

import sqlite3
from dataclasses import dataclass

from sqlite_utils import Database

from fairlead_monitor.windows.grains import HOUR, MINUTE
from fairlead_monitor.windows.store import transaction

DAY = 24 * 3_600 * 1_000_000
AT_ONCE = 1_000


@dataclass(frozen=True)
class Kept:
    """Windows of one grain, of single replicas or merged, and for how many microseconds they are kept."""

    grain: int
    merged: bool
    time: int


RETENTION = (Kept(MINUTE, False, DAY), Kept(HOUR, False, 7 * DAY), Kept(MINUTE, True, 7 * DAY))
DEAD_LETTERS = 28 * DAY


def expire(db: Database, now: int) -> int:
    """Remove up to 1,000 windows of each kind whose time is over, in one transaction; returns how many went.

    `now`: microseconds since 1970. Ask again until it returns 0.
    """
    gone = 0
    with transaction(db) as connection:
        for kept in RETENTION:
            for table in ("profiles", "health"):
                gone += _remove(connection, table, kept, now - kept.time)
        found = connection.execute("DELETE FROM refused WHERE time < ?", (now - DEAD_LETTERS,))
        return gone + found.rowcount


def forget(db: Database, of: tuple[str, str], before: int) -> int:
    """Remove up to 1,000 predictions, and as many actuals, of one project and deployment; returns how many went.

    A row goes once it was predicted before `before` (microseconds since 1970) and its actual, if any, came before that
    too; an actual that no prediction has, once it came before that. Ask again until it returns 0.
    """
    same = "(p.project, p.deployment, p.id, p.row) = (a.project, a.deployment, a.id, a.row)"
    with transaction(db) as connection:
        predictions = connection.execute(
            "DELETE FROM predictions WHERE rowid IN (SELECT p.rowid FROM predictions p LEFT JOIN actuals a"  # noqa: S608  # ours
            f" ON {same} WHERE (p.project, p.deployment) = (?, ?) AND p.written < ?"
            " AND coalesce(a.recorded, 0) < ? LIMIT ?)", (*of, before, before, AT_ONCE),
        )  # fmt: skip
        actuals = connection.execute(
            "DELETE FROM actuals WHERE (project, deployment, id, row) IN (SELECT a.project, a.deployment, a.id, a.row"  # noqa: S608  # ours
            " FROM actuals a WHERE (a.project, a.deployment) = (?, ?) AND max(a.recorded, a.held) < ?"
            f" AND NOT EXISTS (SELECT 1 FROM predictions p WHERE {same}) LIMIT ?)", (*of, before, AT_ONCE),
        )  # fmt: skip
        return predictions.rowcount + actuals.rowcount


def _remove(db: sqlite3.Connection, table: str, kept: Kept, before: int) -> int:
    of = "replica = ''" if kept.merged else "replica <> ''"
    return db.execute(
        f"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE grain = ? AND written < ?"  # noqa: S608  # ours
        f" AND series IN (SELECT series FROM series WHERE {of}) LIMIT ?)",
        (kept.grain, before, AT_ONCE),
    ).rowcount
