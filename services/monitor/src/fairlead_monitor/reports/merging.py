"""Profiles of a period, merged: by version and bins, or by replica too."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import fairlead_drift as drift

from fairlead_monitor.reports.covering import rows
from fairlead_monitor.reports.periods import MINUTE as MICROSECONDS
from fairlead_monitor.reports.periods import bucket
from fairlead_monitor.reports.selection import Asked
from fairlead_monitor.windows.grains import DAY, HOUR, MINUTE

Baselines = Callable[[str], drift.Baseline]
Period = tuple[datetime, datetime]
Merged = tuple[Period, int, drift.Baseline, drift.Profile]
OfVersion = tuple[int, drift.Baseline, drift.Profile]


def by_period(db: sqlite3.Connection, asked: Asked, by: Any, baselines: Baselines) -> Iterator[Merged]:
    """Every version in every period that it served in."""
    grains = (HOUR, MINUTE) if by == "hour" else (DAY, HOUR, MINUTE)
    more = "replica = '' AND segment = ''"
    parts: dict[tuple[Period, int, str], list[bytes]] = {}
    for minute, version, baseline, profile in rows(
        db, "profiles", "start, version, baseline, profile", asked, grains, more
    ):
        parts.setdefault((bucket(minute * MICROSECONDS, by), version, baseline), []).append(profile)
    for period, version, baseline in sorted(parts):
        merged = drift.Profile.merge_bytes(parts[period, version, baseline])
        yield period, version, baselines(baseline), merged


def of_versions(db: sqlite3.Connection, asked: Asked, baselines: Baselines) -> Iterator[OfVersion]:
    """Every version that served in the period, with all that it scored."""
    parts: dict[tuple[int, str], list[bytes]] = {}
    found = rows(
        db, "profiles", "version, baseline, profile", asked, (DAY, HOUR, MINUTE), "replica = '' AND segment = ''"
    )
    for version, baseline, profile in found:
        parts.setdefault((version, baseline), []).append(profile)
    for version, digest in sorted(parts):
        baseline = baselines(digest)
        yield version, baseline, drift.Profile.merge_bytes(parts[version, digest], baseline)


def of_replicas(
    db: sqlite3.Connection, asked: Asked, baselines: Baselines
) -> Iterator[tuple[int, drift.Baseline, dict[str, drift.Profile]]]:
    """The same by replica; their hours are kept for a week."""
    parts: dict[tuple[int, str], dict[str, list[bytes]]] = {}
    found = rows(
        db, "profiles", "version, baseline, replica, profile", asked, (HOUR, MINUTE), "replica <> '' AND segment = ''"
    )
    for version, digest, replica, profile in found:
        parts.setdefault((version, digest), {}).setdefault(replica, []).append(profile)
    for version, digest in sorted(parts):
        baseline = baselines(digest)
        merged = {
            replica: drift.Profile.merge_bytes(each, baseline) for replica, each in parts[version, digest].items()
        }
        yield version, baseline, merged


def as_baseline(profile: drift.Profile) -> drift.Baseline:
    """What was scored, to be compared with as training is."""
    return drift.Baseline(tuple(profile.counted()), profile.rows)
