"""Scores under the names that the contract has for them."""

import numpy as np
import pytest
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.scores import Naming, chances


def naming(*classes: str) -> Naming:
    return Naming(classes)


def test_two_classes_come_the_same_from_one_score_and_from_two() -> None:
    last = np.array([0.2, 0.9])
    one, two = (naming("no", "yes").columns(scores) for scores in (last[:, None], np.column_stack([1 - last, last])))
    for found in (one, two):
        assert found["probability"].tolist() == [0.2, 0.9]
        assert found["label"].tolist() == ["no", "yes"]


def test_more_classes_have_a_probability_each_and_a_label_may_be_the_model_s_own() -> None:
    scores = np.array([[0.2, 0.5, 0.3]])
    assert naming("a", "b", "c").columns(scores)["label"].tolist() == ["b"]
    found = naming("a", "b", "c").columns(scores, np.array(["c"], dtype=object))
    assert list(found) == ["probability_a", "probability_b", "probability_c", "label"]
    assert found["label"].tolist() == ["c"]


def test_what_is_given_is_nobody_else_s() -> None:
    scores = np.array([[1.0]])
    found = naming().columns(scores)["prediction"]
    found[0] = 7
    assert scores[0, 0] == 1


@pytest.mark.parametrize(("classes", "width"), [((), 2), (("a", "b"), 3), (("a", "b", "c"), 1), (("a", "b", "c"), 2)])
def test_another_number_of_scores_is_refused(classes: tuple[str, ...], width: int) -> None:
    with pytest.raises(UnreadableArtifactError, match="another number of values"):
        naming(*classes).columns(np.zeros((1, width)))


def test_no_rows_have_every_output() -> None:
    assert {name: values.dtype for name, values in naming("a", "b").nothing().items()} == {
        "probability": np.dtype(float),
        "label": np.dtype(object),
    }


def test_logits_become_probabilities_without_overflow() -> None:
    with np.errstate(all="raise", under="ignore"):
        assert chances(np.array([[-1000.0], [0.0], [1000.0]]))[:, 0].tolist() == [0.0, 0.5, 1.0]
        assert chances(np.array([[1000.0, 0.0, -1000.0]])).tolist() == [[1.0, 0.0, 0.0]]
