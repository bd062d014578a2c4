"""Metrics are those of scikit-learn, and an actual finds its class."""

from typing import Any

import numpy as np
import pytest
from fairlead_monitor.reports.accuracy import class_of
from fairlead_monitor.reports.metrics import auc, log_loss
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss as sklearn_log_loss
from sklearn.metrics import roc_auc_score


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
