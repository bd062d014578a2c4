"""Accuracy, drift, missing values and custom metrics are judged on the newest period that tells."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fairlead_contracts.objectives import Accuracy, Custom, Drift, Missing
from fairlead_contracts.operations.metrics import MetricPeriod, MetricReport, MetricView
from fairlead_contracts.operations.monitor import AccuracyReport, AccuracyView, DriftPeriod, DriftReport, FeatureDrift
from fairlead_monitor.goals import lines

WEEK = timedelta(days=7)
FIRST = datetime(2011, 1, 3, tzinfo=UTC)


def week(place: int, labelled: int, auc: float, role: str = "champion", version: int = 1) -> AccuracyView:
    return AccuracyView(
        start=FIRST + place * WEEK, end=FIRST + (place + 1) * WEEK, model="m", version=version, role=role, rows=900,
        labelled=labelled, metrics={"auc": auc},
    )  # fmt: skip


def test_a_week_without_enough_actuals_leaves_the_word_to_the_one_before_it() -> None:
    report = AccuracyReport(items=(week(0, 600, 0.60), week(1, 500, 0.71), week(2, 499, 0.10)))
    look = lines.accuracy(Accuracy(metric="auc", at_least=0.68), report)
    assert (look.status, look.value) == ("passing", 0.71)
    assert "2011-01-10" in look.reason


@pytest.mark.parametrize(
    ("value", "status"), [(0.679, "failing"), (0.68, "at risk"), (0.699, "at risk"), (0.7, "passing")]
)
def test_a_value_fails_below_its_line_and_is_at_risk_within_the_margin(value: float, status: str) -> None:
    objective = Accuracy(metric="auc", at_least=0.68, margin=0.0199)
    assert lines.accuracy(objective, AccuracyReport(items=(week(0, 500, value),))).status == status


def test_a_challenger_is_not_what_a_goal_is_about() -> None:
    report = AccuracyReport(items=(week(0, 500, 0.70), week(0, 500, 0.10, "challenger", 2)))
    assert lines.accuracy(Accuracy(metric="auc", at_least=0.68), report).status == "passing"


def test_without_actuals_nobody_knows() -> None:
    look = lines.accuracy(Accuracy(metric="auc", at_least=0.68), AccuracyReport(items=(week(0, 20, 0.1),)))
    assert look.status == "unknown"
    assert "500" in look.reason
    assert "20" in look.reason


def drifted(importances: dict[str, float | None], drifting: str = "", rows: int = 1_000, missing: float = 0.0) -> Any:
    features = tuple(
        FeatureDrift(
            feature=name, kind="numeric", importance=importance, psi=0.3, p_value=0.0, significant=True,
            jensen_shannon=0.1, ks=0.1, missing=missing, status="drifting" if name in drifting else "passing",
        )
        for name, importance in importances.items()
    )  # fmt: skip
    day = DriftPeriod(
        start=FIRST, end=FIRST + timedelta(days=1), version=1, rows=rows, status="", smallest_shift=None,
        features=features,
    )  # fmt: skip
    return DriftReport(effect_line=0.15, importance_line=0.5, periods=(day,))


KNOWN = {"a": 0.9, "b": 0.6, "c": 0.1}


@pytest.mark.parametrize(
    ("drifting", "objective", "status"),
    [
        ("", Drift(), "passing"),
        ("a", Drift(), "failing"),
        ("c", Drift(), "at risk"),
        ("a", Drift(at_most=1), "at risk"),
        ("ab", Drift(at_most=1), "failing"),
        ("c", Drift(features="every"), "failing"),
        ("a", Drift(features=("b",)), "at risk"),
        ("b", Drift(features=("b",)), "failing"),
    ],
)
def test_the_features_that_matter_decide_and_others_are_a_risk(drifting: str, objective: Drift, status: str) -> None:
    assert lines.drift(objective, drifted(KNOWN, drifting)).status == status


def test_without_importances_no_feature_is_important_and_that_is_said() -> None:
    look = lines.drift(Drift(), drifted({"a": None}, "a"))
    assert look.status == "unknown"
    assert "importances" in look.reason


def test_few_rows_say_nothing_of_drift_or_missing_values() -> None:
    few = drifted(KNOWN, "a", rows=99)
    assert lines.drift(Drift(), few).status == "unknown"
    assert lines.missing(Missing(feature="a", at_most=0.1), few).status == "unknown"


def test_missing_values_are_held_against_their_line() -> None:
    assert lines.missing(Missing(feature="a", at_most=0.1), drifted(KNOWN, missing=0.11)).status == "failing"
    assert lines.missing(Missing(feature="a", at_most=0.1), drifted(KNOWN, missing=0.10)).status == "passing"


def volume(*values: float, aggregation: Any = "sum") -> MetricReport:
    day = timedelta(days=1)
    return MetricReport(
        metric=MetricView(metric="approved", aggregation=aggregation, unit="USD", description=""),
        periods=tuple(
            MetricPeriod(start=FIRST + n * day, end=FIRST + (n + 1) * day, value=value, count=1)
            for n, value in enumerate(values)
        ),
    )


IN_THE_SECOND_DAY = FIRST + timedelta(hours=30)


def test_a_day_that_is_not_over_is_not_blamed_for_what_it_has_not_yet() -> None:
    objective = Custom(metric="approved", at_least=100)
    assert lines.custom(objective, volume(120, 3), IN_THE_SECOND_DAY).status == "passing"
    assert lines.custom(objective, volume(80, 300), IN_THE_SECOND_DAY).status == "failing"


def test_a_sum_that_is_over_its_limit_needs_no_end_of_the_day() -> None:
    objective = Custom(metric="approved", at_most=100)
    assert lines.custom(objective, volume(1, 101), IN_THE_SECOND_DAY).status == "failing"
    assert lines.custom(objective, volume(1, 101, aggregation="gauge"), IN_THE_SECOND_DAY).status == "passing"


def test_before_the_first_period_is_over_nobody_knows() -> None:
    assert lines.custom(Custom(metric="approved", at_least=1), volume(5), FIRST).status == "unknown"
