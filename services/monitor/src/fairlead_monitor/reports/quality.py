"""Data quality by period: what is missing, out of range or unknown, against what training knew."""

import sqlite3
from collections.abc import Iterator
from math import erfc, sqrt

import fairlead_drift as drift
import numpy as np
from fairlead_contracts.operations.monitor import FeatureQuality, GetQuality, QualityPeriod, QualityReport
from fairlead_drift.alarms import benjamini_hochberg

from fairlead_monitor.reports.merging import Baselines, by_period

LEVEL, POINT, OUTSIDE = 0.05, 0.01, 0.01
_RANK = ("passing", "at risk", "failing")


def quality(db: sqlite3.Connection, asked: GetQuality, baselines: Baselines) -> QualityReport:
    """Every feature in every period, version by version."""
    periods = []
    for (start, end), version, baseline, profile in by_period(db, asked, asked.by, baselines):
        features = tuple(_features(baseline, profile))
        worst = max((each.status for each in features), key=_RANK.index, default="passing")
        periods.append(
            QualityPeriod(start=start, end=end, version=version, rows=profile.rows, status=worst, features=features)
        )
    return QualityReport(periods=tuple(periods))


def _features(baseline: drift.Baseline, profile: drift.Profile) -> Iterator[FeatureQuality]:
    found = drift.compare(baseline, profile).features
    lacking = {name: each.bins[-1] for name, each in found.items()}
    p_values = [more(each.scoring, profile.rows, each.training, baseline.rows) for each in lacking.values()]
    sure = benjamini_hochberg(np.array(p_values), LEVEL)
    for place, (name, each) in enumerate(found.items()):
        training = lacking[name].training / baseline.rows
        worse = bool(sure[place]) and each.rates.missing - training >= POINT
        odd = max(each.rates.out_of_range, each.rates.new_levels) >= OUTSIDE
        yield FeatureQuality(
            feature=name, kind=each.kind, importance=each.importance, missing=each.rates.missing,
            training_missing=training, p_value=p_values[place], out_of_range=each.rates.out_of_range,
            new_levels=each.rates.new_levels, status="failing" if worse else "at risk" if odd else "passing",
        )  # fmt: skip


def more(count: int, rows: int, before: int, rows_before: int) -> float:
    """One-sided p-value that the first share is not larger than the second; 1 where there is nothing to tell.

    Pooled two-proportion z-test: Fleiss et al. (2003), Statistical Methods for Rates and Proportions, section 3.2.
    """
    pooled = (count + before) / (rows + rows_before) if rows and rows_before else 0.0
    if not 0.0 < pooled < 1.0:
        return 1.0
    error = sqrt(pooled * (1.0 - pooled) * (1.0 / rows + 1.0 / rows_before))
    return 0.5 * erfc((count / rows - before / rows_before) / error / sqrt(2.0))
