"""The report: every metric of the task, from predictions and their actuals as they came."""

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_cli.frames import frame, rows_of
from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import InvalidRequestError
from fairlead_contracts.operations.monitor import AccuracyReport, ActualsChecked, GetAccuracy, GetCoverage
from fairlead_monitor.reports.accuracy import accuracy
from fairlead_monitor.reports.coverage import coverage
from fairlead_monitor.windows.intake import Arrived, take
from fairlead_monitor.windows.store import opened
from monitor.world import AT, DIGEST, NOW, actuals_batch, prediction_batch, version

BINARY, NUMBERS = version(DIGEST).card, version(DIGEST, "regression").card
THREE = BINARY.model_copy(update={"classes": ("a", "b", "c")})


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    return opened(tmp_path / "windows.sqlite").conn


def report(db: sqlite3.Connection, card: ModelCard, **asked: Any) -> AccuracyReport:
    return accuracy(db, GetAccuracy(**AT, by="all", **asked), lambda _model, _version: card)


def filled(db: sqlite3.Connection, outputs: dict[str, Any], truth: list[Any]) -> None:
    ids = tuple(f"p{place}" for place in range(len(truth)))
    columns = {name: tuple(each) for name, each in outputs.items()}
    batch = prediction_batch("r-0", 1, ids, outputs=columns)
    take(db, [Arrived(batch, NOW), Arrived(actuals_batch(1, *zip(ids, truth, strict=True)), NOW)])


def test_two_classes_have_every_metric_with_its_interval_and_source(db: sqlite3.Connection) -> None:
    rng = np.random.default_rng(2)
    score = rng.random(200)
    filled(db, {"probability": score.tolist()}, (rng.random(200) < score).astype(int).tolist())
    found = report(db, BINARY)
    (item,) = found.items
    expected = {"auc", "log_loss", "brier", "accuracy", "precision", "recall", "f1", "calibration_error", "bias"}
    assert set(item.metrics) == set(found.sources) == expected
    assert set(item.intervals) == expected - {"calibration_error"}
    assert all(each.low < item.metrics[name] < each.high for name, each in item.intervals.items())
    assert item.confusion is not None
    assert sum(map(sum, item.confusion.counts)) == sum(each.rows for each in item.calibration) == 200


def test_a_higher_level_gives_wider_intervals(db: sqlite3.Connection) -> None:
    filled(db, {"probability": [0.2, 0.4, 0.6, 0.8, 0.3, 0.7]}, [0, 1, 0, 1, 0, 1])
    narrow, wide = (report(db, BINARY, level=level).items[0].intervals["accuracy"] for level in (0.8, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_what_the_model_answered_counts_not_a_half(db: sqlite3.Connection) -> None:
    filled(db, {"probability": [0.4, 0.4], "label": ["1", "0"]}, [1, 0])
    assert report(db, BINARY).items[0].metrics["accuracy"] == 1.0


def test_several_classes(db: sqlite3.Connection) -> None:
    scores = {"probability_a": [0.8, 0.1, 0.1], "probability_b": [0.1, 0.8, 0.3], "probability_c": [0.1, 0.1, 0.6]}
    filled(db, {**scores, "label": ["a", "b", "c"]}, ["a", "b", "b"])
    (item,) = report(db, THREE).items
    assert item.metrics["accuracy"] == pytest.approx(2 / 3)
    assert item.confusion is not None
    assert item.confusion.counts == ((1, 0, 0), (0, 1, 1), (0, 0, 0))
    assert {"auc", "log_loss", "brier", "precision", "recall", "f1"} <= set(item.metrics)


def test_a_classifier_without_probabilities_is_judged_by_its_labels(db: sqlite3.Connection) -> None:
    filled(db, {"label": ["1", "0"]}, [1, 1])
    (item,) = report(db, BINARY).items
    assert (item.metrics["recall"], "auc" in item.metrics) == (0.5, False)


def test_numbers(db: sqlite3.Connection) -> None:
    filled(db, {"prediction": [1.0, 2.0, None, 4.0]}, [1.0, "3.0", 5.0, True])
    (item,) = report(db, NUMBERS).items
    assert (item.rows, item.labelled, item.metrics["mae"]) == (4, 2, 0.5)
    assert {"rmse", "mape", "r2", "quantile_loss_0.5"} <= set(item.metrics)


def test_what_overflows_is_left_out(db: sqlite3.Connection) -> None:
    filled(db, {"prediction": [1.0, 1e308, -1e308]}, [1e-310, 1e308, 1e308])
    (item,) = report(db, NUMBERS).items
    assert {"mape", "rmse"}.isdisjoint(item.metrics)


def test_no_actuals_no_metrics(db: sqlite3.Connection) -> None:
    take(db, [Arrived(prediction_batch("r-0", 1, ("p",)), NOW)])
    (item,) = report(db, BINARY).items
    assert (item.rows, item.labelled, item.metrics) == (1, 0, {})


def test_a_report_is_a_data_frame_of_one_row_a_value(db: sqlite3.Connection) -> None:
    filled(db, {"prediction": [1.0, 2.0]}, [1.0, 3.0])
    found = frame(report(db, NUMBERS))
    mae = found[found.metric == "mae"].iloc[0]
    assert (mae.value, mae.low <= 0.5 <= mae.high, mae.labelled) == (0.5, True, 2)
    assert frame(coverage(db, GetCoverage(**AT))).predictions.tolist() == [2]


def test_a_reply_that_is_no_table_is_no_data_frame() -> None:
    nothing = dict.fromkeys(("rows", "new", "repeated", "corrected", "outdated", "waiting", "reused"), 0)
    checked = ActualsChecked(**nothing, waiting_ids=(), reused_ids=(), refused=())
    with pytest.raises(InvalidRequestError, match="no table"):
        rows_of(checked)
