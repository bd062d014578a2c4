"""Estimates lie where NannyML's do, within its sampling error; tests/bench/estimates recorded its figures."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_monitor.accuracy import binary
from fairlead_monitor.accuracy.intervals import Measured
from fairlead_monitor.estimate import chances, losses
from fairlead_monitor.estimate.calibrating import Groups, calibrated
from monitor.estimate.cases import CLASSES, DATA, NUMBERS, REAL, Case
from sklearn import metrics as sklearn
from sklearn.isotonic import IsotonicRegression

RECORDED: dict[str, list[dict[str, list[float]]]] = json.loads((Path(__file__).parent / "recorded.json").read_text())
LEVEL = 0.95


def of(name: str, make: Callable[[], Case]) -> Case:
    if name in REAL and not DATA.exists():
        pytest.skip("FAIRLEAD_TEST_DATA names no folder with the data")
    return make()


def held(estimates: list[dict[str, Measured]], name: str) -> None:
    """Each estimate within the peer's own sampling error."""
    for place, (found, recorded) in enumerate(zip(estimates, RECORDED[name], strict=True)):
        for metric, (value, error, _) in recorded.items():
            assert found[metric].value == pytest.approx(value, abs=error), (name, place, metric)


@pytest.mark.parametrize("name", CLASSES)
def test_of_two_classes(name: str) -> None:
    case = of(name, CLASSES[name])
    known = (case.before[0] == 1, case.before[1])
    held([chances.estimated(known, said, said >= case.line, LEVEL, 1) for _, said in case.chunks()], name)


@pytest.mark.parametrize("name", NUMBERS)
def test_of_numbers(name: str) -> None:
    case = of(name, NUMBERS[name])
    held([losses.estimated(case.before, said, LEVEL, 1) for _, said in case.chunks()], name)


def drawn(rng: np.random.Generator, rows: int, a: float, b: float) -> tuple[Any, Any]:
    score = rng.beta(a, b, rows)
    return rng.random(rows) < score**2, score


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    rng, metrics = np.random.default_rng(9), ("auc", "accuracy", "recall", "brier", "log_loss")
    inside = []
    for seed in range(80):
        known, (truth, score) = drawn(rng, 1_000, 2, 3), drawn(rng, 400, 3, 2)
        found = chances.estimated(known, score, score >= 0.5, LEVEL, seed)
        came = chances.Scored(score, score >= 0.5).expected(truth.astype(float))
        inside.append([(found[each].low or 0.0) <= came[each] <= (found[each].high or 0.0) for each in metrics])
    shares = np.mean(inside, axis=0)
    assert all(0.88 <= each <= 1.0 for each in shares), dict(zip(metrics, shares, strict=True))


def test_an_interval_of_an_error_holds_the_truth_about_as_often_as_it_says() -> None:
    rng, inside = np.random.default_rng(9), []
    for seed in range(80):
        before, said = rng.uniform(5, 15, 1_000), rng.uniform(5, 15, 400)
        known, truth = (each + rng.normal(0, 0.1 * each) for each in (before, said))
        found = losses.estimated((known, before), said, LEVEL, seed)["mae"]
        assert found.low is not None
        assert found.high is not None
        inside.append(found.low <= np.abs(truth - said).mean() <= found.high)
    assert 0.88 <= np.mean(inside) <= 1.0


def test_with_outcomes_for_chances_each_metric_is_itself() -> None:
    truth, score = drawn(np.random.default_rng(2), 500, 2, 3)
    found = chances.Scored(score, score >= 0.5).expected(truth.astype(float))
    decided = binary.decided(truth, score >= 0.5, LEVEL)
    assert found["auc"] == pytest.approx(float(sklearn.roc_auc_score(truth, score)))
    assert found["log_loss"] == pytest.approx(binary.log_loss(truth, score, LEVEL).value)
    assert found["brier"] == pytest.approx(binary.brier(truth, score, LEVEL).value)
    assert all(found[name] == pytest.approx(each.value) for name, each in decided.items())


def test_a_calibration_is_isotonic_regression() -> None:
    truth, score = drawn(np.random.default_rng(2), 400, 2, 3)
    ours = calibrated(Groups.of(truth, score)).of(score)
    theirs = IsotonicRegression().fit(score, truth).predict(score)
    assert ours == pytest.approx(theirs)
