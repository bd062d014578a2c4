"""Which windows a period is read from: whole days, then whole hours, then minutes at its ends.

Minutes are kept for less long than hours. Where an end cuts an hour whose minutes are gone, the whole hour counts.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from fairlead_monitor.reports.periods import minutes
from fairlead_monitor.reports.selection import Asked, where
from fairlead_monitor.windows.grains import DAY, HOUR, MINUTE

Table = Literal["profiles", "health"]
Span = tuple[int, int, int]
"""Grain, first and last start: minutes since 1970, the last excluded."""


def spans(first: int, last: int, grains: Sequence[int] = (DAY, HOUR, MINUTE)) -> list[Span]:
    """The fewest windows that make up a period exactly."""
    if first >= last or not grains:
        return []
    grain, finer = grains[0], grains[1:]
    start, end = -(-first // grain) * grain, last // grain * grain
    if start >= end:
        return spans(first, last, finer)
    return [*spans(first, start, finer), (grain, start, end), *spans(end, last, finer)]


def rows(
    db: sqlite3.Connection, table: Table, columns: str, asked: Asked, grains: Sequence[int], more: str
) -> Iterator[tuple[Any, ...]]:
    """These columns of every window in the period; `more`: a further condition, such as `replica = ''`."""
    condition, values = where(asked)
    source = f"FROM {table} JOIN series USING (series) WHERE {condition} AND {more}"
    for grain, first, last in _kept(db, source, values, spans(*minutes(asked.start, asked.end), grains)):
        yield from db.execute(
            f"SELECT {columns} {source} AND grain = ? AND start >= ? AND start < ?",
            (*values, grain, first, last),
        )


def _kept(db: sqlite3.Connection, source: str, values: list[Any], wanted: list[Span]) -> Iterator[Span]:
    def counted(grain: int, hour: int) -> int:
        found = db.execute(
            f"SELECT sum(rows) {source} AND grain = ? AND start >= ? AND start < ?",
            (*values, grain, hour, hour + HOUR),
        )
        return int(found.fetchone()[0] or 0)

    for grain, first, last in wanted:
        if grain != MINUTE:
            yield grain, first, last
            continue
        for hour in range(first - first % HOUR, last, HOUR):
            if counted(MINUTE, hour) < counted(HOUR, hour):
                yield HOUR, hour, hour + HOUR
            else:
                yield MINUTE, max(first, hour), min(last, hour + HOUR)
