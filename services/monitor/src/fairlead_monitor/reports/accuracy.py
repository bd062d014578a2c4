"""Accuracy by period, for every version that scored: champion and challengers on the same rows."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.operations.monitor import AccuracyReport, AccuracyView, GetAccuracy

from fairlead_monitor.accuracy.rows import Outcomes, measured
from fairlead_monitor.accuracy.sources import SOURCES
from fairlead_monitor.reports.periods import bucket, span
from fairlead_monitor.reports.selection import where

Cards = Callable[[str, int], ModelCard]
Row = tuple[Any, ...]


def accuracy(db: sqlite3.Connection, asked: GetAccuracy, cards: Cards) -> AccuracyReport:
    """Metrics over the rows whose actuals are known, beside how many rows there are."""
    condition, values = where(asked, every_role=True)
    rows = db.execute(
        "SELECT time, model, version, role, outputs, value FROM first_predictions LEFT JOIN actuals"  # noqa: S608  # ours
        f" USING (project, deployment, id, row) WHERE {condition} AND time >= ? AND time < ?",
        (*values, *span(asked.start, asked.end)),
    )
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for time, model, version, role, outputs, value in rows:
        groups.setdefault((bucket(time, asked.by), model, version, role), []).append((outputs, value))
    items = tuple(_views(groups, cards, asked.level))
    told = dict.fromkeys(name for each in items for name in each.metrics)
    return AccuracyReport(level=asked.level, items=items, sources={name: SOURCES[name] for name in told})


def _views(groups: dict[tuple[Any, ...], list[Row]], cards: Cards, level: float) -> Iterator[AccuracyView]:
    for (period, model, version, role), rows in sorted(groups.items(), key=lambda each: each[0]):
        outcomes = Outcomes.of(
            cards(model, version), [(json.loads(out), json.loads(value)) for out, value in rows if value is not None]
        )
        found = measured(outcomes, level)
        yield AccuracyView(
            start=period[0], end=period[1], model=model, version=version, role=role, rows=len(rows),
            labelled=outcomes.rows, metrics=found.values, intervals=found.intervals, confusion=found.confusion,
            calibration=found.calibration,
        )  # fmt: skip
