"""Accuracy by period, for every version that scored: champion and challengers on the same rows."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.operations.monitor import AccuracyReport, AccuracyView, GetAccuracy

from fairlead_monitor.actuals.values import class_of, number_of
from fairlead_monitor.reports.metrics import classification, regression
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
    return AccuracyReport(items=tuple(_views(groups, cards)))


def _views(groups: dict[tuple[Any, ...], list[Row]], cards: Cards) -> Iterator[AccuracyView]:
    for (period, model, version, role), rows in sorted(groups.items(), key=lambda each: each[0]):
        labelled = [(json.loads(outputs), json.loads(value)) for outputs, value in rows if value is not None]
        metrics, used = _metrics(cards(model, version), labelled)
        yield AccuracyView(
            start=period[0], end=period[1], model=model, version=version, role=role, rows=len(rows),
            labelled=used, metrics=metrics,
        )  # fmt: skip


def _metrics(card: ModelCard, labelled: list[tuple[dict[str, Any], Any]]) -> tuple[dict[str, float], int]:
    if card.task == "regression":
        known_numbers = [(out["prediction"], number_of(value)) for out, value in labelled]
        pairs = [(out, value) for out, value in known_numbers if value is not None and out is not None]
        if not pairs:
            return {}, 0
        predicted, truth = np.array(pairs, dtype=np.float64).T
        return regression(truth, predicted), len(pairs)
    known = [(out, text) for out, value in labelled if (text := class_of(value, card.classes)) is not None]
    if not known:
        return {}, 0
    if "probability" not in known[0][0]:
        return {"accuracy": float(np.mean([out["label"] == text for out, text in known]))}, len(known)
    known = [(out, text) for out, text in known if out["probability"] is not None]
    if not known:
        return {}, 0
    score = np.array([out["probability"] for out, _ in known], dtype=np.float64)
    truth_flags = np.array([text == card.classes[-1] for _, text in known])
    return classification(truth_flags, score), len(known)
