"""Drift of what a model answers, from the predictions that are kept."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import fairlead_drift as drift
import numpy as np
from fairlead_contracts.errors import NotFoundError
from fairlead_contracts.operations.monitor import (
    DriftPeriod,
    GetPredictionDrift,
    PredictionDriftReport,
    PredictionReference,
)
from fairlead_contracts.values import micros

from fairlead_monitor.reports.drift import shown
from fairlead_monitor.reports.periods import bucket, span
from fairlead_monitor.reports.selection import where

NEEDED = 1_000
"""Rows of a version's first periods that its later ones are compared with."""
Period = tuple[datetime, datetime]
Outputs = list[Mapping[str, Any]]


def prediction_drift(db: sqlite3.Connection, asked: GetPredictionDrift) -> PredictionDriftReport:
    """Each period of each version against its reference. Raises: NotFoundError without one of at least 1,000 rows."""
    references, periods = [], []
    for version, found in sorted(_rows(db, asked).items()):
        reference = _reference(found, asked)
        if reference is None:
            continue
        (start, end), known = reference
        references.append(PredictionReference(version=version, start=start, end=end, rows=len(known)))
        base = drift.Baseline.fit(_columns(known))
        periods += [_period(version, each, base, outputs) for each, outputs in _after(found, end, asked)]
    if not references:
        raise NotFoundError(f"No version has {NEEDED:,} predictions yet to compare later ones with.")
    return PredictionDriftReport(effect_line=drift.EFFECT_LINE, references=tuple(references), periods=tuple(periods))


def _rows(db: sqlite3.Connection, asked: GetPredictionDrift) -> dict[int, dict[Period, list[tuple[int, Any]]]]:
    condition, values = where(asked)
    rows = db.execute(
        f"SELECT time, version, outputs FROM first_predictions WHERE {condition} AND time < ? ORDER BY time",  # noqa: S608  # ours
        (*values, span(None, asked.end)[1]),
    )
    found: dict[int, dict[Period, list[tuple[int, Any]]]] = defaultdict(dict)
    for time, version, outputs in rows:
        found[version].setdefault(bucket(time, asked.by), []).append((time, json.loads(outputs)))
    return found


def _reference(
    found: Mapping[Period, list[tuple[int, Any]]], asked: GetPredictionDrift
) -> tuple[Period, Outputs] | None:
    if asked.against_start is not None or asked.against_end is not None:
        first, last = span(asked.against_start, asked.against_end)
        known = [out for rows in found.values() for time, out in rows if first <= time < last]
        ends = bucket(0, "all")
        return ((asked.against_start or ends[0], asked.against_end or ends[1]), known) if known else None
    known, begin = [], None
    for (start, end), rows in sorted(found.items()):
        begin = begin or start
        known += [out for _, out in rows]
        if len(known) >= NEEDED:
            return (begin, end), known
    return None


def _after(
    found: Mapping[Period, list[tuple[int, Any]]], end: datetime, asked: GetPredictionDrift
) -> list[tuple[Period, Outputs]]:
    # What the reference is made of is not held against it; a reference that was named may lie anywhere.
    named = asked.against_start is not None or asked.against_end is not None
    first = micros(asked.start) if asked.start else 0
    return [
        (period, [out for time, out in rows if time >= first])
        for period, rows in sorted(found.items())
        if micros(period[1]) > first and (named or period[0] >= end)
    ]


def _columns(outputs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    names = list(dict.fromkeys(name for each in outputs for name in each))
    return {name: _column([each.get(name) for each in outputs]) for name in names}


def _column(values: list[Any]) -> Any:
    if any(isinstance(each, str) for each in values):
        return np.array([None if each is None else str(each) for each in values], dtype=object)
    return np.array([np.nan if each is None else float(each) for each in values])


def _period(version: int, period: Period, base: drift.Baseline, outputs: Outputs) -> DriftPeriod:
    profile, columns = drift.Profile.empty(base), _columns(outputs)
    missing = {each.name: _column([None] * len(outputs)) for each in base.features if each.name not in columns}
    known = {each.name for each in base.features}
    profile.update({name: each for name, each in {**columns, **missing}.items() if name in known})
    report = drift.compare(base, profile)
    return DriftPeriod(
        start=period[0], end=period[1], version=version, rows=profile.rows, status=report.status,
        smallest_shift=report.smallest_shift,
        features=tuple(shown(name, each) for name, each in report.features.items()),
    )  # fmt: skip
