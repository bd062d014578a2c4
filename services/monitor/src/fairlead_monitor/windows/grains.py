"""The grains that windows are kept in: minutes and hours by replica and merged, days merged. All in minutes.

Each batch is added to every grain in the same transaction, so each grain alone adds up to all rows, and what expires
takes nothing from what is merged.
"""

import sqlite3
from dataclasses import astuple, dataclass, replace

MINUTE, HOUR, DAY = 1, 60, 1_440
BY_REPLICA, MERGED = (MINUTE, HOUR), (MINUTE, HOUR, DAY)
ALL_REPLICAS = ""
Cell = tuple[int, int, int]
"""Series, grain, start in minutes since 1970."""


@dataclass(frozen=True)
class Series:
    """What a window is about, its time aside. No replica: all of them merged. No segment: all rows."""

    project: str
    deployment: str
    model: str
    version: int
    role: str
    replica: str
    segment: str = ""
    baseline: str = ""


def cells(db: sqlite3.Connection, series: Series, minute: int) -> list[Cell]:
    """Every window that a minute of one replica is added to."""
    own, merged = _number(db, series), _number(db, replace(series, replica=ALL_REPLICAS))
    return [(own, grain, minute - minute % grain) for grain in BY_REPLICA] + [
        (merged, grain, minute - minute % grain) for grain in MERGED
    ]


def _number(db: sqlite3.Connection, series: Series) -> int:
    key = astuple(series)
    found = db.execute(
        "SELECT series FROM series WHERE (project, deployment, model, version, role, replica, segment, baseline)"
        " = (?, ?, ?, ?, ?, ?, ?, ?)", key,
    ).fetchone()  # fmt: skip
    if found is None:
        found = (db.execute("INSERT INTO series VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", key).lastrowid,)
    return int(found[0])
