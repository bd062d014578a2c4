"""Drift against the training data, from merged profiles."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import fairlead_drift as drift
from fairlead_contracts.errors import NotFoundError
from fairlead_contracts.facts.monitoring import Monitoring
from fairlead_contracts.operations.monitor import (
    Bin,
    DriftPeriod,
    DriftReport,
    FeatureDrift,
    FeatureReport,
    GetDrift,
    GetFeature,
)

from fairlead_monitor.looking.looks import look as look_of
from fairlead_monitor.reports.merging import Baselines, Merged, Period, by_period


def drift_report(
    db: sqlite3.Connection, asked: GetDrift, baselines: Baselines, settings: Monitoring | None = None
) -> DriftReport:
    """Every feature in every period, version by version; where the deployment is watched, from then up to its end."""
    settings = settings or Monitoring()
    look = look_of(settings, asked.by, asked.detector, asked.budget)
    if look.anytime:
        since = asked.model_copy(update={"start": settings.watch_from})
        merged = _together(by_period(db, since, asked.by, baselines), asked.start)
    else:
        merged = by_period(db, asked, asked.by, baselines)
    periods = tuple(_period(look, settings, *each) for each in merged)
    budget = (settings.false_pages, settings.in_days) if asked.budget and settings.false_pages else (None, None)
    return DriftReport(
        effect_line=look.line, importance_line=drift.IMPORTANCE_LINE, detector=look.name, periods=periods,
        false_pages=budget[0], in_days=budget[1],
    )  # fmt: skip


def feature_report(
    db: sqlite3.Connection, asked: GetFeature, baselines: Baselines, settings: Monitoring | None = None
) -> FeatureReport:
    """One feature over the whole period, of the newest version that served in it."""
    look = replace(look_of(settings or Monitoring(), "all", asked.detector, asked.budget), anytime=False)
    found = list(by_period(db, asked, "all", baselines))
    if not found:
        raise NotFoundError("Nothing was scored in this period.")
    _, _, baseline, profile = found[-1]
    report = drift.compare(baseline, profile, look)
    feature = report.features.get(asked.feature)
    if feature is None:
        raise NotFoundError(f"The model has no feature {asked.feature}; it has {', '.join(report.features)}.")
    bins = tuple(Bin(label=each.label, training=each.training, scoring=each.scoring) for each in feature.bins)
    return FeatureReport(
        feature=asked.feature, kind=feature.kind, importance=feature.importance, rows=profile.rows,
        drift=shown(asked.feature, feature), bins=bins,
    )  # fmt: skip


def _together(periods: Iterator[Merged], start: datetime | None) -> Iterator[Merged]:
    """Each period with all before it, version by version; those that end before `start` are not shown."""
    so_far: dict[tuple[int, bytes], drift.Profile] = {}
    for period, version, baseline, profile in periods:
        before = so_far.get((version, baseline.digest))
        so_far[version, baseline.digest] = whole = profile if before is None else before.merge(profile)
        if start is None or period[1] > start:
            yield period, version, baseline, whole


def _period(
    look: drift.Look, settings: Monitoring, period: Period, version: int, baseline: drift.Baseline,
    profile: drift.Profile,
) -> DriftPeriod:  # fmt: skip
    report = drift.compare(baseline, profile, look)
    return DriftPeriod(
        start=period[0], end=period[1], version=version, rows=profile.rows, status=report.status,
        smallest_shift=report.smallest_shift, level=look.level,
        watched_from=settings.watch_from if look.anytime else None,
        features=tuple(shown(name, each) for name, each in report.features.items()),
    )  # fmt: skip


def shown(name: str, each: drift.FeatureDrift) -> FeatureDrift:
    """One feature as the report has it."""
    return FeatureDrift(
        feature=name, kind=each.kind, importance=each.importance, psi=each.psi, p_value=each.p_value,
        significant=each.significant, jensen_shannon=each.distances.jensen_shannon, ks=each.distances.ks,
        missing=each.rates.missing, status=each.status, metric=each.metric, effect=each.effect,
        smallest_psi=each.smallest_psi, smallest_shift=each.smallest_shift,
    )  # fmt: skip
