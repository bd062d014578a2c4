"""Metrics are those of scikit-learn, and their intervals cover the truth as often as they say."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fairlead_monitor.accuracy import binary, calibration, intervals, regression, several
from fairlead_monitor.accuracy.intervals import Measured
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn

LEVEL = 0.95
Rows = list[tuple[bool, float]]
ROWS = st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=80)
NUMBER = st.integers(-1_000_000, 1_000_000).map(lambda each: each / 1_000)
NUMBERS = st.lists(st.tuples(NUMBER, NUMBER), min_size=2, max_size=60)


def arrays(rows: Rows) -> tuple[Any, Any]:
    return np.array([each for each, _ in rows]), np.array([each for _, each in rows])


def value(found: Measured | None) -> float:
    assert found is not None
    assert found.low is None or found.high is None or found.low <= found.value + 1e-9 <= found.high + 2e-9
    return found.value


@settings(deadline=None)
@given(ROWS)
def test_scores_of_two_classes_are_those_of_scikit_learn(rows: Rows) -> None:
    truth, score = arrays(rows)
    found = binary.auc(truth, score, LEVEL)
    if len(set(truth)) == 2:
        assert value(found) == pytest.approx(sklearn.roc_auc_score(truth, score))
    else:
        assert found is None
    inside = np.clip(score, 1e-6, 1 - 1e-6)
    expected = sklearn.log_loss(truth, inside, labels=[False, True])
    assert value(binary.log_loss(truth, inside, LEVEL)) == pytest.approx(expected)
    assert value(binary.brier(truth, score, LEVEL)) == pytest.approx(np.mean((score - truth) ** 2))


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_answers_of_two_classes_are_judged_as_scikit_learn_does(rows: list[tuple[bool, bool]]) -> None:
    truth, said = (np.array(each) for each in zip(*rows, strict=True))
    found = binary.decided(truth, said, LEVEL)
    for name in ("accuracy", "precision", "recall", "f1"):
        score = getattr(sklearn, f"{name}_score")(
            truth, said, **({} if name == "accuracy" else {"zero_division": np.nan})
        )
        assert (name in found) == (not np.isnan(score))
        assert name not in found or value(found[name]) == pytest.approx(score)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60))
def test_answers_of_several_classes_are_judged_as_scikit_learn_does(rows: list[tuple[int, int]]) -> None:
    truth, said = (np.array(each) for each in zip(*rows, strict=True))
    counts = several.confusion(truth, said, 4)
    assert counts.tolist() == sklearn.confusion_matrix(truth, said, labels=range(4)).tolist()
    found = several.decided(counts, LEVEL)
    assert value(found["accuracy"]) == pytest.approx(sklearn.accuracy_score(truth, said))
    for name in ("precision", "recall", "f1"):
        score = getattr(sklearn, f"{name}_score")(truth, said, average="macro", zero_division=0)
        assert value(found[name]) == pytest.approx(score)


def test_scores_of_several_classes_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(5)
    scores = rng.dirichlet(np.ones(3), 300)
    truth = np.array([rng.choice(3, p=each) for each in scores])
    expected = sklearn.roc_auc_score(truth, scores, multi_class="ovr", average="macro")
    assert value(several.auc_of_each(truth, scores, LEVEL)) == pytest.approx(expected)
    assert value(several.log_loss(truth, scores, LEVEL)) == pytest.approx(sklearn.log_loss(truth, scores))
    naive = np.mean([sum((p - (k == t)) ** 2 for k, p in enumerate(row)) for row, t in zip(scores, truth, strict=True)])
    assert value(several.brier(truth, scores, LEVEL)) == pytest.approx(naive)
    assert several.auc_of_each(np.zeros(300, np.int64), scores, LEVEL) is None


@settings(deadline=None)
@given(NUMBERS)
def test_errors_of_numbers_are_those_of_scikit_learn(rows: list[tuple[float, float]]) -> None:
    truth, said = (np.array(each) for each in zip(*rows, strict=True))
    found = regression.measured(truth, said, LEVEL)
    assert value(found["mae"]) == pytest.approx(sklearn.mean_absolute_error(truth, said))
    assert value(found["rmse"]) == pytest.approx(sklearn.root_mean_squared_error(truth, said))
    for share in regression.QUANTILES:
        expected = sklearn.mean_pinball_loss(truth, said, alpha=share)
        assert value(found[f"quantile_loss_{share:g}"]) == pytest.approx(expected)
    known = truth != 0
    assert ("mape" in found) == bool(known.any())
    if known.any():
        expected = np.mean(np.abs((said - truth)[known] / truth[known]))
        assert value(found["mape"]) == pytest.approx(expected)
    if np.var(truth) > 1e-6:
        assert value(found["r2"]) == pytest.approx(sklearn.r2_score(truth, said))


def test_a_truth_that_does_not_vary_has_no_r2_and_a_zero_no_percentage() -> None:
    found = regression.measured(np.zeros(5), np.ones(5), LEVEL)
    assert {"r2", "mape"}.isdisjoint(found)


def test_calibration_is_what_was_said_against_what_came_true() -> None:
    score = np.array([0.05, 0.05, 0.1, 0.95, 1.0])
    truth = np.array([False, True, False, True, True])
    bins = calibration.bins(truth, score, LEVEL)
    assert [(each.rows, round(each.predicted, 3), each.observed.value) for each in bins] == [
        (2, 0.05, 0.5), (1, 0.1, 0.0), (2, 0.975, 1.0),
    ]  # fmt: skip
    assert calibration.error(bins) == pytest.approx((2 * 0.45 + 0.1 + 2 * 0.025) / 5)
    assert calibration.bias(truth, score, LEVEL).value == pytest.approx(np.mean(score) - 0.6)


Draw = Callable[[np.random.Generator], Measured | None]


def scored(rng: np.random.Generator) -> tuple[Any, Any]:
    score = rng.beta(2, 3, 200)
    return rng.random(200) < score, score


def numbers(rng: np.random.Generator) -> tuple[Any, Any]:
    truth = rng.normal(5, 2, 200)
    return truth, truth + rng.normal(0, 1, 200)


CASES: dict[str, Draw] = {
    "auc": lambda rng: binary.auc(*scored(rng), LEVEL),
    "log_loss": lambda rng: binary.log_loss(*scored(rng), LEVEL),
    "brier": lambda rng: binary.brier(*scored(rng), LEVEL),
    "f1": lambda rng: (lambda truth, score: binary.decided(truth, score > 0.4, LEVEL)["f1"])(*scored(rng)),
    "macro": lambda rng: several.decided(
        several.confusion((k := rng.integers(0, 3, 200)), np.where(rng.random(200) < 0.7, k, 0), 3), LEVEL
    )["f1"],
    "recall": lambda rng: (lambda truth, score: binary.decided(truth, score > 0.4, LEVEL)["recall"])(*scored(rng)),
    "rmse": lambda rng: regression.measured(*numbers(rng), LEVEL)["rmse"],
    "r2": lambda rng: regression.measured(*numbers(rng), LEVEL)["r2"],
    "quantile": lambda rng: regression.measured(*numbers(rng), LEVEL)["quantile_loss_0.9"],
}


@pytest.mark.parametrize("name", CASES)
def test_an_interval_holds_the_truth_about_as_often_as_it_says(name: str) -> None:
    rng = np.random.default_rng(11)
    drawn = [each for each in (CASES[name](rng) for _ in range(600)) if each is not None]
    truth = float(np.mean([each.value for each in drawn]))
    held = np.mean([each.low <= truth <= each.high for each in drawn if each.low is not None and each.high is not None])
    assert 0.92 <= held <= 0.98


def test_shares_of_nothing_and_of_everything_have_one_sided_intervals() -> None:
    none, every = intervals.proportion(0, 20, LEVEL), intervals.proportion(20, 20, LEVEL)
    assert none is not None
    assert every is not None
    assert (none.low, every.high, intervals.proportion(0, 0, LEVEL)) == (0.0, 1.0, None)
    assert none.high == pytest.approx(0.1611, abs=1e-4)
