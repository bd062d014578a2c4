"""What a drift report costs, by the features and days that it covers."""

import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
from fairlead_contracts.operations.monitor import GetDrift
from fairlead_drift import Baseline, Profile
from fairlead_monitor.reports.drift import drift_report
from fairlead_monitor.windows.adding import Additions
from fairlead_monitor.windows.grains import Series, cells
from fairlead_monitor.windows.store import opened, transaction

CASES = ((25, 1), (25, 7), (25, 30), (25, 90), (5, 30), (100, 30))
_DAY = 1_440
_FIRST = 28_000_800
_TIMES = 5


def reports() -> str:
    """A table of medians in milliseconds, with bars."""
    found = [(*each, _cost(*each)) for each in CASES]
    worst = max(cost for _, _, cost in found)
    lines = ["| features | days | drift by day, CPU ms | |", "|" + " --- |" * 4]
    lines += [f"| {a} | {b} | {cost:.1f} | {'█' * max(1, round(20 * cost / worst))} |" for a, b, cost in found]
    return "\n".join(lines)


def _cost(features: int, days: int) -> float:
    rng = np.random.default_rng(1)
    baseline = Baseline.fit({f"f{place:03}": rng.normal(size=5_000) for place in range(features)})
    with tempfile.TemporaryDirectory() as folder:
        db = opened(Path(folder) / "windows.sqlite")
        profile = Profile.empty(baseline)
        profile.update_block(rng.normal(size=(1_000, features)), np.empty((1_000, 0), dtype=np.int32))
        series = Series("default", "d", "m", 1, "champion", "r-0", baseline="b")
        for day in range(days):
            with transaction(db) as connection:
                additions = Additions(written=1)
                for hour in range(24):
                    minute = _FIRST + day * _DAY + hour * 60
                    additions.profile(cells(connection, series, minute), 1_000, profile.to_bytes())
                additions.add(connection)
        asked, took = GetDrift(project="default", deployment="d", by="day"), []
        for _ in range(_TIMES):
            began = time.process_time()
            drift_report(db.conn, asked, lambda _digest: baseline)
            took.append(1_000.0 * (time.process_time() - began))
        db.conn.close()
    return median(took)
