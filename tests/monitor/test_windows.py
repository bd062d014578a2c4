"""Telemetry counts once, in whatever order and however often it arrives."""

import base64
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_contracts.operations.monitor import Actual, GetCoverage, GetDrift, GetHealth
from fairlead_contracts.telemetry import ActualsBatch, HealthPart, PredictionBatch, ProfileBatch, ProfilePart
from fairlead_drift import Baseline, Profile
from fairlead_drift.latency import LatencyHistogram
from fairlead_monitor.reports.accuracy import class_of
from fairlead_monitor.reports.drift import drift_report
from fairlead_monitor.reports.health import coverage, health
from fairlead_monitor.reports.metrics import auc, log_loss
from fairlead_monitor.windows.intake import take_actuals, take_predictions, take_profiles
from fairlead_monitor.windows.store import opened, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss as sklearn_log_loss
from sklearn.metrics import roc_auc_score

RNG = np.random.default_rng(0)
BASELINE = Baseline.fit({"a": RNG.normal(size=1_000)}, importance={"a": 1.0})
AT = {"project": "default", "deployment": "d"}


def source(replica: str, sequence: int) -> dict[str, Any]:
    return {**AT, "revision": 1, "model": "m", "version": 1, "role": "champion", "replica": replica, "epoch": "e",
            "sequence": sequence}  # fmt: skip


def profile_batch(replica: str, sequence: int) -> ProfileBatch:
    rows = 10 * sequence
    profile, latency = Profile.empty(BASELINE), LatencyHistogram()
    profile.update({"a": np.random.default_rng(sequence).normal(size=rows)})
    latency.record(100 * sequence, sequence)
    part = ProfilePart(minute=sequence % 3, rows=rows, profile=base64.b64encode(profile.to_bytes()).decode())
    told = HealthPart(
        minute=7, requests=sequence, rows=rows, client_errors=1, server_errors=0,
        latency=base64.b64encode(latency.to_bytes()).decode(),
    )  # fmt: skip
    served = sum(10 * each for each in range(1, sequence + 1))
    return ProfileBatch(**source(replica, sequence), served=served, baseline="b", profiles=(part,), health=(told,))


BATCHES = [profile_batch(replica, sequence) for replica in ("r-0", "r-1") for sequence in range(1, 6)]


def reported(batches: list[ProfileBatch], folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    db = opened(folder / f"{len(list(folder.iterdir()))}.sqlite")
    for batch in batches:
        with transaction(db) as connection:
            take_profiles(connection, batch)
    drift = drift_report(db.conn, GetDrift(**AT, by="all"), lambda _digest: BASELINE)
    texts = [health(db.conn, GetHealth(**AT)), coverage(db.conn, GetCoverage(**AT)), drift]
    db.conn.close()
    return "".join(each.model_dump_json() for each in texts)


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(BATCHES), again=st.lists(st.sampled_from(BATCHES), max_size=6))
def test_any_order_and_any_repetition_gives_the_same_reports(
    tmp_path_factory: pytest.TempPathFactory, order: list[ProfileBatch], again: list[ProfileBatch]
) -> None:
    folder = tmp_path_factory.mktemp("windows")
    assert reported([*order, *again], folder) == reported(BATCHES, folder)


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    return opened(tmp_path / "windows.sqlite").conn


def test_a_batch_that_never_came_is_named(db: sqlite3.Connection) -> None:
    for batch in BATCHES:
        if batch.sequence not in (2, 3) or batch.replica == "r-0":
            take_profiles(db, batch)
    report = coverage(db, GetCoverage(**AT))
    assert [(gap.replica, gap.first, gap.last) for gap in report.gaps] == [("r-1", 2, 3)]
    assert report.served - report.counted == 50


def test_of_two_actuals_for_a_row_the_later_recorded_one_counts_whichever_comes_first(db: sqlite3.Connection) -> None:
    batches = [
        ActualsBatch(**AT, recorded=recorded, actuals=(Actual(id="p", row=0, value=value),))
        for recorded, value in ((2, 1), (1, 0))
    ]
    for batch in batches:
        take_actuals(db, batch)
    assert db.execute("SELECT value FROM actuals").fetchall() == [("1",)]


def test_actuals_that_no_prediction_waits_for_are_told(db: sqlite3.Connection) -> None:
    kept = PredictionBatch(**source("r-0", 1), ids=("p",), rows=(0,), times=(0,), outputs={"probability": (0.5,)})
    take_predictions(db, kept)
    actuals = (Actual(id="p", value=1), Actual(id="other", value=0))
    take_actuals(db, ActualsBatch(**AT, recorded=1, actuals=actuals))
    report = coverage(db, GetCoverage(**AT))
    assert (report.predictions, report.labelled, report.unmatched_actuals) == (1, 1, 1)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=80))
def test_auc_and_log_loss_are_those_of_scikit_learn(rows: list[tuple[bool, float]]) -> None:
    truth, score = np.array([each for each, _ in rows]), np.array([each for _, each in rows])
    expected = float(roc_auc_score(truth, score)) if len(set(truth)) == 2 else None
    assert auc(truth, score) == (None if expected is None else pytest.approx(expected))
    inside = np.clip(score, 1e-6, 1 - 1e-6)
    assert log_loss(truth, inside) == pytest.approx(sklearn_log_loss(truth, inside, labels=[False, True]))


@pytest.mark.parametrize(
    ("value", "classes", "found"),
    [
        (1, ("0", "1"), "1"), (1.0, ("0", "1"), "1"), (True, ("0", "1"), "1"), (True, ("False", "True"), "True"),
        (0, ("False", "True"), "False"), ("yes", ("no", "yes"), "yes"), ("maybe", ("no", "yes"), None),
        (2, ("0", "1"), None),
    ],
)  # fmt: skip
def test_an_actual_finds_its_class_however_it_is_written(
    value: Any, classes: tuple[str, ...], found: str | None
) -> None:
    assert class_of(value, classes) == found
