"""Estimated performance by period and version, beside the truth where it is known."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.operations.monitor import Estimated, EstimateReport, EstimateView, GetEstimate
from fairlead_contracts.values import micros

from fairlead_monitor.accuracy.intervals import Floats, Measured
from fairlead_monitor.accuracy.rows import Outcomes, measured
from fairlead_monitor.estimate import chances, losses
from fairlead_monitor.estimate.trust import ASSUMPTION, LEAST, doubts
from fairlead_monitor.reports.periods import bucket, span
from fairlead_monitor.reports.selection import where

Cards = Callable[[str, int], ModelCard]
_SETTLED = 0.8
"""The share of a period's rows that must have their actuals before its truth says whether the estimate was right."""


@dataclass
class _Rows:
    """All rows of one version in one period, and those of them whose truth is known."""

    every: Outcomes
    known: Outcomes


def estimate(db: sqlite3.Connection, asked: GetEstimate, cards: Cards) -> EstimateReport:
    """Every period is estimated from the rows with actuals of the same version before it, or before `known_until`."""
    condition, values = where(asked, every_role=True)
    first, last = span(asked.start, asked.end)
    rows = db.execute(
        "SELECT time, model, version, role, outputs, value FROM first_predictions LEFT JOIN actuals"  # noqa: S608  # ours
        f" USING (project, deployment, id, row) WHERE {condition} AND time < ?",
        (*values, last),
    )
    by_version: dict[tuple[str, int, str], dict[Any, list[Any]]] = {}
    for time, model, version, role, outputs, value in rows:
        periods = by_version.setdefault((model, version, role), {})
        periods.setdefault(bucket(time, asked.by), []).append((json.loads(outputs), value))
    items = [
        each
        for (model, version, role), periods in sorted(by_version.items())
        for each in _version((model, version, role), cards(model, version), periods, asked)
        if micros(each.end) > first
    ]
    ordered = sorted(items, key=lambda each: (each.start, each.role, each.version))
    return EstimateReport(items=tuple(ordered), level=asked.level, assumption=ASSUMPTION)


def _version(
    who: tuple[str, int, str], card: ModelCard, periods: dict[tuple[datetime, datetime], list[Any]], asked: GetEstimate
) -> Iterator[EstimateView]:
    known: list[Outcomes] = []
    before: list[bool] = []
    for (start, end), found in sorted(periods.items()):
        rows = _rows(card, found)
        estimates, why = _estimated(known, rows.every, before, asked.level, micros(start))
        truth = measured(rows.known, asked.level).values
        if estimates and rows.known.rows >= _SETTLED * rows.every.rows:
            before.append(_within(estimates, truth))
        yield EstimateView(
            start=start, end=end, model=who[0], version=who[1], role=who[2], rows=rows.every.rows,
            labelled=rows.known.rows, reference=sum(each.rows for each in known), doubts=tuple(why),
            metrics={
                name: Estimated(value=each.value, low=each.low or 0.0, high=each.high or 0.0, truth=truth.get(name))
                for name, each in estimates.items()
            },
        )  # fmt: skip
        if asked.known_until is None or end <= asked.known_until:
            known.append(rows.known)


def _rows(card: ModelCard, found: list[tuple[Any, str | None]]) -> _Rows:
    # An outcome that is not known stands as one that any model may have: what is estimated never looks at it.
    any_ = card.classes[0] if card.classes else 0
    every = Outcomes.of(card, [(out, any_) for out, _ in found])
    known = Outcomes.of(card, [(out, json.loads(value)) for out, value in found if value is not None])
    return _Rows(every, known)


def _estimated(
    known: list[Outcomes], rows: Outcomes, before: list[bool], level: float, seed: int
) -> tuple[dict[str, Measured], list[str]]:
    if rows.task == "classification" and (len(rows.classes) != 2 or not rows.scores.shape[1]):
        return {}, ["only models of two classes that give a probability, and regressors, are estimated"]
    reference = sum(each.rows for each in known)
    if reference < LEAST or rows.rows == 0:
        return {}, [f"only {reference} rows from before have their actuals; an estimate begins with {LEAST}"]
    truth, said = (np.concatenate([getattr(each, name) for each in known]) for name in ("truth", "said"))
    if rows.task == "regression":
        return losses.estimated((truth, said), rows.said, level, seed), doubts(said, rows.said, before)
    scores: Floats = np.concatenate([each.scores[:, 0] for each in known])
    found = chances.estimated((truth == 1, scores), rows.scores[:, 0], rows.said == 1, level, seed)
    return found, doubts(scores, rows.scores[:, 0], before)


def _within(estimates: dict[str, Measured], truth: dict[str, float]) -> bool:
    name = next((each for each in ("auc", "mae") if each in estimates and each in truth), None)
    if name is None:
        return True
    each = estimates[name]
    return (each.low or 0.0) <= truth[name] <= (each.high or 0.0)
