"""The file of terms: what it says is summed, and what contradicts itself is refused; all without statsmodels."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_statsmodels import StatsmodelsAdapter

ADAPTER = StatsmodelsAdapter()
SAVED: dict[str, Any] = {
    "format": "fairlead-statsmodels/1", "statsmodels": "0.15.0", "model": "Logit", "link": "Logit",
    "inputs": ["a", "c"], "named": True, "classes": ["0", "1"],
    "levels": {"c": {"kind": "text", "known": ["x", "y"]}},
    "terms": [
        {"factors": [], "coefficients": [0.5]},
        {"factors": [{"column": "a"}], "coefficients": [2.0]},
        {"factors": [{"column": "c", "level": "y"}], "coefficients": [-1.0]},
    ],
}  # fmt: skip
PRODUCT = {"factors": [{"column": "a"}, {"column": "c", "level": "y"}], "coefficients": [3.0]}
TABLE = {"a": np.array([0.0, 1.0, 1.0, np.nan]), "c": np.array(["x", "y", None, "x"], dtype=object)}


def loaded(folder: Path, **changes: Any) -> Any:
    (folder / "statsmodels.json").write_text(json.dumps({**SAVED, **changes}))
    return ADAPTER.load(folder, ADAPTER.describe(folder))


def test_terms_are_summed_and_what_is_missing_stays_missing(tmp_path: Path) -> None:
    found = loaded(tmp_path).predict(TABLE)
    chances = 1 / (1 + np.exp(-np.array([0.5, 1.5])))
    np.testing.assert_allclose(found["probability"], [*chances, np.nan, np.nan])
    assert found["label"].tolist() == ["1", "1", None, None]


def test_shares_add_up_to_the_score(tmp_path: Path) -> None:
    found = loaded(tmp_path).explain({name: values[:2] for name, values in TABLE.items()})
    assert found.contributions.tolist() == [[[0.0, 0.0]], [[2.0, -1.0]]]
    assert found.bias.tolist() == [[0.5], [0.5]]


def test_products_of_columns_score_and_have_no_shares(tmp_path: Path) -> None:
    model = loaded(tmp_path, terms=[PRODUCT], link="Identity", classes=[])
    assert model.predict({name: values[:2] for name, values in TABLE.items()})["prediction"].tolist() == [0.0, 3.0]
    assert not hasattr(model, "explain")


def test_a_level_that_the_model_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidTableError, match="Column c holds a level"):
        loaded(tmp_path).predict({"a": TABLE["a"][:1], "c": np.array(["w"], dtype=object)})


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "fairlead-statsmodels/2"}, {"link": "Magic"}, {"terms": []}, {"inputs": ["a", "a"]},
        {"inputs": ["a"]}, {"levels": {}}, {"classes": ["0"]}, {"classes": ["0", "0"]}, {"link": "Softmax"},
        {"terms": [{"factors": [], "coefficients": [1.0, 2.0]}]}, {"terms": [{"factors": [], "coefficients": []}]},
        {"terms": [{"factors": [], "coefficients": [float("nan")]}]},
        {"levels": {"c": {"kind": "text", "known": []}}}, {"more": 1},
        {"terms": [*SAVED["terms"], {"factors": [{"column": "c"}], "coefficients": [1.0]}]},
    ],
    ids=lambda changes: json.dumps(changes)[:40],
)  # fmt: skip
def test_a_file_that_contradicts_itself_is_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UnreadableArtifactError):
        loaded(tmp_path, **changes)
    assert not ADAPTER.reads(tmp_path)
