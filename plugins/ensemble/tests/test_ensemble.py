"""Models of different frameworks as one: combined as their own answers say, and refused where they do not fit."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_contracts.plugins import adapters
from fairlead_ensemble import Ensemble
from sklearn.linear_model import LinearRegression, LogisticRegression
from xgboost import XGBClassifier

RNG = np.random.default_rng(5)
DATA = pd.DataFrame({"a": RNG.normal(size=300), "b": RNG.random(300), "region": RNG.integers(0, 2, 300).astype(float)})
LABEL = (DATA["a"] + DATA["b"] > 0.5).astype(int)
TABLE = {name: DATA[name].to_numpy() for name in DATA}
ADAPTER = adapters()["ensemble"]


@pytest.fixture(scope="module")
def members() -> dict[str, Any]:
    """A linear model of two columns, and trees of all three."""
    linear = LogisticRegression().fit(DATA[["a", "b"]], LABEL)
    return {"linear": linear, "trees": XGBClassifier(n_estimators=5, max_depth=2).fit(DATA, LABEL)}


def chances(members: dict[str, Any]) -> tuple[Any, Any]:
    linear, trees = members["linear"], members["trees"]
    return linear.predict_proba(DATA[["a", "b"]])[:, 1], trees.predict_proba(DATA)[:, 1]


def answered(folder: Path, model: Ensemble) -> dict[str, Any]:
    ADAPTER.save(model, folder)
    assert ADAPTER.reads(folder)
    card = ADAPTER.describe(folder)
    assert (card.task, card.trust, set(card.inputs)) == ("classification", "data", {"a", "b", "region"})
    return dict(ADAPTER.load(folder, card).predict(TABLE))


def test_mean_weighted_mean_and_vote_are_of_the_models_own_answers(tmp_path: Path, members: dict[str, Any]) -> None:
    linear, trees = chances(members)
    found = answered(tmp_path / "mean", Ensemble(members))
    assert found["probability"] == pytest.approx((linear + trees) / 2, abs=1e-6)
    assert found["label"].tolist() == [str(int(each > 0.5)) for each in found["probability"]]
    weights = {"linear": 1, "trees": 3}
    found = answered(tmp_path / "weighted", Ensemble(members, "weighted", weights))
    assert found["probability"] == pytest.approx((linear + 3 * trees) / 4, abs=1e-6)
    found = answered(tmp_path / "vote", Ensemble(members, "vote"))
    assert found["probability"] == pytest.approx(((linear > 0.5) * 1.0 + (trees > 0.5)) / 2)


def test_a_switch_sends_each_row_to_one_model(tmp_path: Path, members: dict[str, Any]) -> None:
    linear, trees = chances(members)
    model = Ensemble(members, "switch", by="region", cases={"0": "linear"}, otherwise="trees")
    found = answered(tmp_path, model)
    assert found["probability"] == pytest.approx(np.where(DATA["region"] == 0, linear, trees), abs=1e-6)


def test_a_value_that_leads_to_no_model_is_refused(tmp_path: Path, members: dict[str, Any]) -> None:
    model = Ensemble(members, "switch", by="region", cases={"0": "linear", "5": "trees"})
    with pytest.raises(InvalidTableError, match="region leads to no model"):
        answered(tmp_path, model)


def test_no_rows_give_no_answers(tmp_path: Path, members: dict[str, Any]) -> None:
    ADAPTER.save(Ensemble(members), tmp_path)
    found = ADAPTER.load(tmp_path, ADAPTER.describe(tmp_path)).predict({name: TABLE[name][:0] for name in TABLE})
    assert {name: len(values) for name, values in found.items()} == {"probability": 0, "label": 0}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"how": "weighted", "weights": {"linear": 1}}, "every model"),
        ({"how": "weighted", "weights": {"linear": 0, "trees": 0}}, "not all 0"),
        ({"how": "switch", "by": "region", "cases": {"0": "absent"}}, "cases"), ({"how": "switch"}, "by"),
    ],
)  # fmt: skip
def test_a_plan_that_does_not_hold_together_is_refused(
    tmp_path: Path, members: dict[str, Any], more: dict[str, Any], said: str
) -> None:
    with pytest.raises(UnreadableArtifactError, match=said):
        ADAPTER.save(Ensemble(members, **more), tmp_path)


def test_models_of_different_tasks_are_refused_by_name(tmp_path: Path, members: dict[str, Any]) -> None:
    other = LinearRegression().fit(DATA[["a", "b"]], DATA["a"])
    with pytest.raises(UnreadableArtifactError, match="Model other has another task"):
        ADAPTER.save(Ensemble({**members, "other": other}), tmp_path)


def test_a_missing_or_damaged_model_and_a_damaged_plan_are_named(tmp_path: Path, members: dict[str, Any]) -> None:
    ADAPTER.save(Ensemble(members), tmp_path)
    plan = json.loads((tmp_path / "ensemble.json").read_text())
    (tmp_path / "ensemble.json").write_text(json.dumps({**plan, "models": [*plan["models"], "third"]}))
    with pytest.raises(UnreadableArtifactError, match="Model third"):
        ADAPTER.describe(tmp_path)
    (tmp_path / "ensemble.json").write_text(json.dumps({**plan, "how": "median"}))
    with pytest.raises(UnreadableArtifactError, match="how"):
        ADAPTER.describe(tmp_path)
    (tmp_path / "ensemble.json").write_text("{")
    with pytest.raises(UnreadableArtifactError, match="not a plan"):
        ADAPTER.describe(tmp_path)
