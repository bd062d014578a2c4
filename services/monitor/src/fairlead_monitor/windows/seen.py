"""Which batches are in: the sequences of each (kind, replica, epoch), as runs without a gap."""

import sqlite3
from collections.abc import Iterator
from typing import Any

_RUN = "(kind, replica, epoch) = (?, ?, ?)"
Run = tuple[str, str, str]


def first_time(db: sqlite3.Connection, run: Run, sequence: int) -> bool:
    """Note that a batch is in; False when it was in before."""
    below = db.execute(
        f"SELECT first, last FROM seen WHERE {_RUN} AND first <= ? ORDER BY first DESC LIMIT 1",  # noqa: S608  # ours
        (*run, sequence),
    ).fetchone()
    if below and below[1] >= sequence:
        return False
    above = db.execute(f"SELECT last FROM seen WHERE {_RUN} AND first = ?", (*run, sequence + 1)).fetchone()  # noqa: S608  # ours
    joins = below is not None and below[1] == sequence - 1
    if above:
        db.execute(f"DELETE FROM seen WHERE {_RUN} AND first = ?", (*run, sequence + 1))  # noqa: S608  # ours
    row = (*run, below[0] if joins else sequence, above[0] if above else sequence)
    db.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)", row)
    return True


def gaps(db: sqlite3.Connection, condition: str, values: list[Any]) -> Iterator[tuple[str, str, str, int, int]]:
    """(kind, replica, epoch, first, last) of each run of sequences that never came, before the last that did."""
    rows = db.execute(
        "SELECT kind, replica, epoch, seen.first, lag(seen.last, 1, 0) OVER (PARTITION BY kind, replica, epoch"  # noqa: S608  # ours
        f" ORDER BY seen.first) FROM seen JOIN sources USING (replica, epoch) WHERE {condition}",
        values,
    )
    for kind, replica, epoch, first, before in rows:
        if first > before + 1:
            yield kind, replica, epoch, before + 1, first - 1
