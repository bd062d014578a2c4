"""One period of scoring against another one."""

import sqlite3

import fairlead_drift as drift
from fairlead_contracts.errors import NotFoundError
from fairlead_contracts.operations.monitor import CompareDrift, DriftPeriod, DriftReport

from fairlead_monitor.reports.drift import shown
from fairlead_monitor.reports.merging import Baselines, as_baseline, of_versions
from fairlead_monitor.reports.periods import bucket


def compare_drift(db: sqlite3.Connection, asked: CompareDrift, baselines: Baselines) -> DriftReport:
    """Each version that served in both periods, on its own bins. Raises: NotFoundError when none did."""
    against = asked.model_copy(update={"start": asked.against_start, "end": asked.against_end})
    earlier = {(version, base.digest): profile for version, base, profile in of_versions(db, against, baselines)}
    periods = []
    for version, base, profile in of_versions(db, asked, baselines):
        before = earlier.get((version, base.digest))
        if before is None or before.rows == 0:
            continue
        report = drift.compare(as_baseline(before), profile)
        first, last = bucket(0, "all")
        periods.append(
            DriftPeriod(
                start=asked.start or first, end=asked.end or last, version=version, rows=profile.rows,
                status=report.status, smallest_shift=report.smallest_shift,
                features=tuple(shown(name, each) for name, each in report.features.items()),
            )
        )  # fmt: skip
    if not periods:
        raise NotFoundError("No version served in both periods; `fairlead drift get` shows when which one did.")
    return DriftReport(effect_line=drift.EFFECT_LINE, importance_line=drift.IMPORTANCE_LINE, periods=tuple(periods))
