"""Adding to windows: everything that a transaction brings to one window is merged in one call."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from fairlead_drift import Profile
from fairlead_drift.latency import LatencyHistogram

from fairlead_monitor.windows.grains import Cell

Counts = tuple[int, int, int, int]
"""Requests, rows, client errors, server errors."""


@dataclass
class Additions:
    """What is to be added, by window."""

    profiles: "defaultdict[Cell, list[tuple[int, bytes]]]" = field(default_factory=lambda: defaultdict(list))
    health: "defaultdict[Cell, list[tuple[Counts, bytes]]]" = field(default_factory=lambda: defaultdict(list))
    written: int = 0

    def profile(self, cells: Sequence[Cell], rows: int, profile: bytes) -> None:
        """A profile of one minute of one replica."""
        for cell in cells:
            self.profiles[cell].append((rows, profile))

    def requests(self, cells: Sequence[Cell], counts: Counts, latency: bytes) -> None:
        """The requests of one minute of one replica."""
        for cell in cells:
            self.health[cell].append((counts, latency))

    def add(self, db: sqlite3.Connection) -> None:
        """Merge it all in."""
        db.executemany(
            "INSERT INTO profiles VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET rows = excluded.rows,"
            " profile = excluded.profile, written = excluded.written",
            [_profiles(db, cell, parts, self.written) for cell, parts in self.profiles.items()],
        )
        db.executemany(
            "INSERT INTO health VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " requests = excluded.requests, rows = excluded.rows, client_errors = excluded.client_errors,"
            " server_errors = excluded.server_errors, latency = excluded.latency, written = excluded.written",
            [_health(db, cell, parts, self.written) for cell, parts in self.health.items()],
        )


def _profiles(db: sqlite3.Connection, cell: Cell, parts: list[tuple[int, bytes]], written: int) -> tuple[object, ...]:
    found = db.execute(
        "SELECT rows, profile, written FROM profiles WHERE (series, grain, start) = (?, ?, ?)", cell
    ).fetchone()
    rows, before, last = found or (0, None, 0)
    told = [each for _, each in parts]
    merged = told[0] if before is None and len(told) == 1 else merged_profiles([*([before] if before else []), *told])
    return (*cell, rows + sum(each for each, _ in parts), merged, max(last, written))


def merged_profiles(parts: list[bytes]) -> bytes:
    """Profiles on the same bins, as one."""
    return Profile.merge_bytes(parts).to_bytes()


def _health(db: sqlite3.Connection, cell: Cell, parts: list[tuple[Counts, bytes]], written: int) -> tuple[object, ...]:
    found = db.execute(
        "SELECT requests, rows, client_errors, server_errors, latency, written FROM health"
        " WHERE (series, grain, start) = (?, ?, ?)", cell,
    ).fetchone()  # fmt: skip
    counts = [each for each, _ in parts] + ([found[:4]] if found else [])
    latency = LatencyHistogram()
    for data in [each for _, each in parts] + ([found[4]] if found else []):
        latency.counts.update(LatencyHistogram.from_bytes(data).counts)
    summed = tuple(map(sum, zip(*counts, strict=True)))
    return (*cell, *summed, latency.to_bytes(), max(found[5] if found else 0, written))
