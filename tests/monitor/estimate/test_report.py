"""The report on estimates: learnt from what came before, beside the truth, with doubts in plain words."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_cli.frames import frame
from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.operations.monitor import EstimateReport, GetEstimate
from fairlead_contracts.values import micros
from fairlead_monitor.estimate.trust import doubts
from fairlead_monitor.reports.estimate import estimate
from fairlead_monitor.windows.intake import Arrived, take
from fairlead_monitor.windows.store import opened
from monitor.world import AT, DIGEST, NOW, actuals_batch, prediction_batch, version

CLASSES, NUMBERS = version(DIGEST).card, version(DIGEST, "regression").card
ROWS = 400


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    return opened(tmp_path / "windows.sqlite").conn


def month(db: sqlite3.Connection, number: int, outputs: dict[str, Any], truth: Any) -> None:
    (values,) = outputs.values()
    ids = tuple(f"{number}-{place}" for place in range(len(values)))
    times = (micros(datetime(2026, number, 3, tzinfo=UTC)),) * len(ids)
    columns = {name: tuple(map(float, each)) for name, each in outputs.items()}
    batch = prediction_batch("r-0", number, ids, rows=(0,) * len(ids), times=times, outputs=columns)
    take(db, [Arrived(batch, NOW)])
    if truth is not None:
        take(db, [Arrived(actuals_batch(number, *zip(ids, truth.tolist(), strict=True)), NOW)])


def report(db: sqlite3.Connection, card: ModelCard = CLASSES, **asked: Any) -> EstimateReport:
    return estimate(db, GetEstimate(**AT, **asked), lambda _model, _version: card)


def scored(rng: np.random.Generator, rows: int = ROWS) -> tuple[dict[str, Any], Any]:
    score = rng.random(rows)
    return {"probability": score}, (rng.random(rows) < score).astype(int)


def test_a_month_without_actuals_is_estimated_from_those_before(db: sqlite3.Connection) -> None:
    rng = np.random.default_rng(1)
    for number in (1, 2, 3):
        outputs, truth = scored(rng)
        month(db, number, outputs, truth if number < 3 else None)
    first, second, third = report(db).items
    assert first.metrics == {}
    assert "only 0 rows" in first.doubts[0]
    truth_of_second = second.metrics["auc"].truth
    assert truth_of_second is not None
    assert second.metrics["auc"].low <= truth_of_second <= second.metrics["auc"].high
    assert (third.reference, third.labelled, third.metrics["auc"].truth, third.doubts) == (2 * ROWS, 0, None, ())
    assert set(third.metrics) == {"auc", "log_loss", "brier", "accuracy", "precision", "recall", "f1"}
    assert {"auc", "f1"} <= set(frame(report(db)).metric)


def test_the_same_question_has_the_same_answer(db: sqlite3.Connection) -> None:
    rng = np.random.default_rng(1)
    for number in (1, 2):
        month(db, number, *scored(rng))
    assert report(db) == report(db)


def test_what_is_known_can_be_held_back(db: sqlite3.Connection) -> None:
    rng = np.random.default_rng(1)
    for number in (1, 2, 3):
        month(db, number, *scored(rng))
    found = report(db, known_until=datetime(2026, 2, 1, tzinfo=UTC))
    assert [each.reference for each in found.items] == [0, ROWS, ROWS]


def test_a_relation_that_changed_shows_once_the_truth_is_known_and_then_it_is_said(db: sqlite3.Connection) -> None:
    rng = np.random.default_rng(1)
    for number in range(1, 6):
        outputs, truth = scored(rng)
        month(db, number, outputs, truth if number < 3 else 1 - truth if number < 5 else None)
    items = report(db, known_until=datetime(2026, 3, 1, tzinfo=UTC)).items
    assert items[2].doubts == ()
    assert items[-1].doubts == ("in 2 of 3 earlier periods the truth lay outside of the interval",)


def test_numbers_have_errors_that_grow_with_the_prediction(db: sqlite3.Connection) -> None:
    rng = np.random.default_rng(1)
    for number, middle in ((1, 10.0), (2, 12.0)):
        said = rng.uniform(middle - 4, middle + 4, 1_000)
        truth = said + rng.normal(0, said / 10)
        month(db, number, {"prediction": said}, truth if number == 1 else None)
    first, second = report(db, NUMBERS).items
    assert first.metrics == {}
    assert second.metrics["mae"].low < 0.8 * 1.15 < second.metrics["mae"].high
    assert second.metrics["rmse"].value > second.metrics["mae"].value
    assert "lie outside" in second.doubts[0]


def test_models_of_more_classes_are_not_estimated_and_it_is_said(db: sqlite3.Connection) -> None:
    month(db, 1, *scored(np.random.default_rng(1)))
    (item,) = report(db, CLASSES.model_copy(update={"classes": ("a", "b", "c")})).items
    assert (item.metrics, "two classes" in item.doubts[0]) == ({}, True)


def test_few_rows_and_scores_that_were_never_seen_are_reasons_for_doubt() -> None:
    known = np.linspace(0, 0.5, 100)
    assert [each.split(" ")[0] for each in doubts(known, np.linspace(0, 1, 100), ())] == ["only", "51%"]
    assert doubts(np.linspace(0, 1, 1_000), np.linspace(0.01, 0.99, 100), (True, False, True, True)) == []
