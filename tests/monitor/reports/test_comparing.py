"""Periods against periods, replicas against replicas, predictions against predictions, and the data's quality."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_contracts.errors import NotFoundError
from fairlead_contracts.operations.monitor import (
    CompareDrift,
    DivergenceReport,
    GetDivergence,
    GetPredictionDrift,
    GetQuality,
)
from fairlead_contracts.telemetry import ProfilePart
from fairlead_contracts.values import micros
from fairlead_drift import Baseline, Profile
from fairlead_monitor.reports.between import compare_drift
from fairlead_monitor.reports.divergence import divergence
from fairlead_monitor.reports.predictions import prediction_drift
from fairlead_monitor.reports.quality import more, quality
from fairlead_monitor.windows.intake import Arrived, take
from fairlead_monitor.windows.store import opened
from monitor.world import AT, MINUTE, NOW, packed, prediction_batch, profile_batch
from scipy import stats

RNG = np.random.default_rng(0)
TRAINING = {"a": RNG.normal(size=4_000), "b": np.where(RNG.random(4_000) < 0.1, np.nan, RNG.normal(size=4_000))}
BASELINE = Baseline.fit({**TRAINING, "c": np.array(["x", "y"], dtype=object)[RNG.integers(0, 2, 4_000)]})
ROWS = 1_000


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    return opened(tmp_path / "windows.sqlite").conn


def table(rng: np.random.Generator, shift: float = 0.0, missing: float = 0.1, levels: str = "xy") -> dict[str, Any]:
    b = np.where(rng.random(ROWS) < missing, np.nan, rng.normal(size=ROWS))
    c = np.array(list(levels), dtype=object)[rng.integers(0, len(levels), ROWS)]
    return {"a": rng.normal(shift, 1.0, ROWS), "b": b, "c": c}


def day(number: int) -> datetime:
    return datetime(2023, 5, number, tzinfo=UTC)


def scored(db: sqlite3.Connection, replica: str, number: int, columns: dict[str, Any]) -> None:
    profile = Profile.empty(BASELINE)
    profile.update(columns)
    part = ProfilePart(minute=micros(day(number)) // MINUTE, rows=ROWS, profile=packed(profile))
    batch = profile_batch(replica, number, baseline="b", profiles=(part,), health=())
    take(db, [Arrived(batch, NOW)])


def baselines(_digest: str) -> Baseline:
    return BASELINE


def compared(db: sqlite3.Connection, first: int, second: int) -> str:
    asked = CompareDrift(
        **AT, start=day(second), end=day(second + 1), against_start=day(first), against_end=day(first + 1)
    )
    (period,) = compare_drift(db, asked, baselines).periods
    assert period.rows == ROWS
    return {each.feature: each.status for each in period.features}["a"]


def test_a_period_is_compared_with_another_one_not_with_training(db: sqlite3.Connection) -> None:
    for number, shift in ((1, 1.0), (2, 1.0), (3, 2.0)):
        scored(db, "r-0", number, table(np.random.default_rng(number), shift))
    assert (compared(db, 1, 2), compared(db, 1, 3)) == ("passing", "drifting")


def test_periods_in_which_no_version_served_both_times_cannot_be_compared(db: sqlite3.Connection) -> None:
    scored(db, "r-0", 1, table(RNG))
    with pytest.raises(NotFoundError, match="both periods"):
        compared(db, 1, 2)


def diverging(db: sqlite3.Connection, shifts: Sequence[float]) -> DivergenceReport:
    for place, shift in enumerate(shifts):
        scored(db, f"r-{place}", 1, table(np.random.default_rng(place + 10), shift))
    return divergence(db, GetDivergence(**AT), baselines)


def test_the_replica_that_differs_is_named_with_its_features(db: sqlite3.Connection) -> None:
    report = diverging(db, (0.0, 0.0, 1.0, 0.0))
    differing = {each.replica: [f.feature for f in each.features] for each in report.items if each.features}
    assert differing == {"r-2": ["a"]}
    assert [each.others for each in report.items] == [3 * ROWS] * 4


def test_replicas_that_all_differ_from_training_alike_do_not_differ_from_each_other(db: sqlite3.Connection) -> None:
    assert {each.status for each in diverging(db, (1.0,) * 5).items} == {"passing"}


def test_one_replica_alone_differs_from_nobody(db: sqlite3.Connection) -> None:
    assert diverging(db, (0.0,)).items == ()


@pytest.mark.parametrize(
    ("columns", "status"),
    [
        ({}, ("passing", "passing", "passing")),
        ({"missing": 0.2}, ("passing", "failing", "passing")),
        ({"levels": "xyz"}, ("passing", "passing", "at risk")),
        ({"shift": 5.0}, ("at risk", "passing", "passing")),
    ],
)
def test_quality_is_what_is_missing_out_of_range_or_unknown(
    db: sqlite3.Connection, columns: dict[str, Any], status: tuple[str, ...]
) -> None:
    scored(db, "r-0", 1, table(np.random.default_rng(5), **columns))
    (period,) = quality(db, GetQuality(**AT), baselines).periods
    assert tuple(each.status for each in period.features) == status
    assert period.features[1].training_missing == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize(("count", "rows", "before", "rows_before"), [(30, 100, 200, 1_000), (0, 50, 1, 1_000)])
def test_more_missing_is_tested_as_two_proportions(count: int, rows: int, before: int, rows_before: int) -> None:
    table_of = [[count, rows - count], [before, rows_before - before]]
    two_sided = stats.chi2_contingency(table_of, correction=False).pvalue
    above = count / rows > before / rows_before
    assert more(count, rows, before, rows_before) == pytest.approx(two_sided / 2 if above else 1 - two_sided / 2)
    assert (more(0, 10, 0, 10), more(0, 0, 5, 10)) == (1.0, 1.0)


def predicted(db: sqlite3.Connection, number: int, scores: Any, label: str = "1") -> None:
    ids = tuple(f"{number}-{place}" for place in range(len(scores)))
    outputs = {"probability": tuple(map(float, scores)), "label": (label,) * len(ids)}
    times = (micros(day(number)),) * len(ids)
    batch = prediction_batch("r-0", number, ids, rows=(0,) * len(ids), times=times, outputs=outputs)
    take(db, [Arrived(batch, NOW)])


def test_predictions_are_compared_with_the_first_of_their_version(db: sqlite3.Connection) -> None:
    rng = np.random.default_rng(8)
    for number, low in ((1, 0.0), (2, 0.0), (3, 0.0), (4, 0.5)):
        predicted(db, number, rng.uniform(low, 1.0, 600))
    report = prediction_drift(db, GetPredictionDrift(**AT, by="day"))
    (reference,) = report.references
    assert (reference.rows, reference.start, reference.end) == (1_200, day(1), day(3))
    assert [(each.start, each.status != "passing") for each in report.periods] == [(day(3), False), (day(4), True)]


def test_predictions_are_compared_with_the_period_that_was_named(db: sqlite3.Connection) -> None:
    rng = np.random.default_rng(8)
    for number, low in ((1, 0.0), (2, 0.5), (3, 0.5)):
        predicted(db, number, rng.uniform(low, 1.0, 600))
    asked = GetPredictionDrift(**AT, by="day", start=day(3), against_start=day(2), against_end=day(3))
    (period,) = prediction_drift(db, asked).periods
    assert (period.start, period.status) == (day(3), "passing")


def test_too_few_predictions_to_compare_with_are_told(db: sqlite3.Connection) -> None:
    predicted(db, 1, np.full(10, 0.5))
    with pytest.raises(NotFoundError, match="1,000 predictions"):
        prediction_drift(db, GetPredictionDrift(**AT))
