"""Objectives, boostings and labels: each scores as LightGBM's own call does, or is refused when it is saved."""

from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_lightgbm.adapter import LightGBMAdapter

ROWS = 200
RANDOM = np.random.default_rng(6)
MATRIX = RANDOM.normal(size=(ROWS, 3))
TABLE = {name: MATRIX[:, place] for place, name in enumerate("abc")}
TWO, THREE = (MATRIX[:, 0] > 0).astype(int), np.digitize(MATRIX[:, 0], [-0.5, 0.5])
SMALL: dict[str, Any] = {"num_leaves": 7, "min_data_in_leaf": 5, "verbose": -1}


def trained(parameters: dict[str, Any], labels: Any = TWO, rows: Any = MATRIX) -> lgb.Booster:
    return lgb.train({**SMALL, **parameters}, lgb.Dataset(rows, labels), 5)


def way_round(model: Any, folder: Path) -> tuple[Any, Any]:
    LightGBMAdapter().save(model, folder)
    card = LightGBMAdapter().describe(folder)
    return card, LightGBMAdapter().load(folder, card)


@pytest.mark.parametrize(
    "parameters",
    [
        {"objective": "binary"}, {"objective": "binary", "boosting": "dart"}, {"objective": "regression"},
        {"objective": "binary", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6},
        {"objective": "regression", "reg_sqrt": True}, {"objective": "regression", "linear_tree": True},
        {"objective": "regression_l1"}, {"objective": "huber"}, {"objective": "quantile", "alpha": 0.9},
        {"objective": "poisson"}, {"objective": "tweedie"}, {"objective": "gamma"}, {"objective": "cross_entropy"},
        {"objective": "binary", "data_sample_strategy": "goss"}, {"objective": "regression", "min_data_in_leaf": 5000},
        {"objective": "binary", "zero_as_missing": True}, {"objective": "mape"}, {"objective": "fair"},
    ],
    ids=str,
)  # fmt: skip
def test_every_kind_scores_as_its_own_call_does(parameters: dict[str, Any], tmp_path: Path) -> None:
    labels = TWO if parameters["objective"] in ("binary", "cross_entropy") else np.abs(MATRIX[:, 0]) + 0.1
    model = trained(parameters, labels)
    card, predictor = way_round(model, tmp_path)
    name = "probability" if parameters["objective"] == "binary" else "prediction"
    assert card.task == ("classification" if name == "probability" else "regression")
    np.testing.assert_allclose(predictor.predict(TABLE)[name], model.predict(MATRIX), rtol=1e-12)


@pytest.mark.parametrize("objective", ["multiclass", "multiclassova"])
def test_several_classes_give_a_probability_each(objective: str, tmp_path: Path) -> None:
    names = np.array(["low", "middle", "high"])[THREE]
    model = lgb.LGBMClassifier(n_estimators=5, objective=objective, verbose=-1).fit(MATRIX, names)
    card, predictor = way_round(model, tmp_path)
    assert card.classes == ("high", "low", "middle")
    found, wanted = predictor.predict(TABLE), model.predict_proba(MATRIX)
    for place, each in enumerate(card.classes):
        np.testing.assert_allclose(found[f"probability_{each}"], wanted[:, place], rtol=1e-12)
    assert found["label"].tolist() == model.predict(MATRIX).tolist()
    explained = predictor.explain(TABLE)
    own = model.predict(MATRIX, pred_contrib=True).reshape(ROWS, 3, 4)
    np.testing.assert_allclose(explained.contributions, own[..., :3], rtol=1e-9)
    np.testing.assert_allclose(explained.bias, own[..., 3], rtol=1e-9)


def test_a_wrapper_and_a_booster_stop_at_their_best_round(tmp_path: Path) -> None:
    model = lgb.LGBMClassifier(n_estimators=60, learning_rate=1.0, **SMALL)
    halt = lgb.early_stopping(3, verbose=False)
    held_out = {"eval_X": MATRIX[120:], "eval_y": RANDOM.integers(0, 2, ROWS - 120)}
    model.fit(MATRIX[:120], TWO[:120], **held_out, callbacks=[halt])
    assert model.best_iteration_ < 60
    _, predictor = way_round(model, tmp_path)
    np.testing.assert_allclose(predictor.predict(TABLE)["probability"], model.predict_proba(MATRIX)[:, 1], rtol=1e-12)


def test_a_file_that_lightgbm_itself_saved_is_read(tmp_path: Path) -> None:
    model = trained({"objective": "binary"}, rows=pd.DataFrame(TABLE))
    model.save_model(tmp_path / "model.txt")
    assert LightGBMAdapter().reads(tmp_path)
    card = LightGBMAdapter().describe(tmp_path)
    assert (card.inputs, card.classes, card.framework_version) == (("a", "b", "c"), ("0", "1"), "v4")
    found = LightGBMAdapter().load(tmp_path, card).predict(TABLE)["probability"]
    np.testing.assert_allclose(found, model.predict(MATRIX), rtol=1e-12)


@pytest.mark.parametrize("levels", [["z", "a b", "é日", ""], [300, 10, 20], [2.5, 0.5]], ids=ascii)
def test_levels_are_kept_as_they_were(levels: list[Any], tmp_path: Path) -> None:
    codes = RANDOM.integers(0, len(levels), ROWS)
    values = [levels[code] for code in codes]
    frame = pd.DataFrame({"a": TABLE["a"], "level": pd.Categorical(values, categories=levels)})
    model = lgb.LGBMClassifier(n_estimators=5, **SMALL).fit(frame, (codes == 0) ^ TWO)
    _, predictor = way_round(model, tmp_path)
    column = np.array(values, dtype=object) if isinstance(levels[0], str) else np.array(values)
    found = predictor.predict({"a": TABLE["a"], "level": column})["probability"]
    np.testing.assert_allclose(found, model.predict_proba(frame)[:, 1], rtol=1e-12)


def test_ordered_categories_are_refused(tmp_path: Path) -> None:
    levels = pd.Categorical(RANDOM.choice(["x", "y"], ROWS), ordered=True)
    frame = pd.DataFrame({"a": TABLE["a"], "level": levels})
    with pytest.raises(UnreadableArtifactError, match="does not say which"):
        LightGBMAdapter().save(lgb.LGBMClassifier(n_estimators=3, **SMALL).fit(frame, TWO), tmp_path)
    assert list(tmp_path.iterdir()) == []


def own(labels: Any, scores: Any) -> tuple[Any, Any]:
    return scores - labels, np.ones(len(scores))


def test_what_cannot_be_served_is_refused_when_it_is_saved(tmp_path: Path) -> None:
    fitted = lgb.LGBMClassifier(n_estimators=3, objective=own, **SMALL).fit(MATRIX, TWO)
    for model, reason in ((lgb.LGBMClassifier(), "is it fitted"), (fitted, "are no probabilities")):
        with pytest.raises(UnreadableArtifactError, match=reason):
            LightGBMAdapter().save(model, tmp_path)
        assert list(tmp_path.iterdir()) == []


def test_a_regressor_with_an_objective_of_its_own_gives_its_raw_scores(tmp_path: Path) -> None:
    model = lgb.LGBMRegressor(n_estimators=3, objective=own, **SMALL).fit(MATRIX, MATRIX[:, 0])
    _, predictor = way_round(model, tmp_path)
    np.testing.assert_allclose(predictor.predict(TABLE)["prediction"], model.predict(MATRIX), rtol=1e-12)


def test_numbers_where_training_had_texts_are_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"level": pd.Categorical(RANDOM.choice(["x", "y"], ROWS))})
    _, predictor = way_round(lgb.LGBMClassifier(n_estimators=3, **SMALL).fit(frame, TWO), tmp_path)
    with pytest.raises(InvalidTableError, match="level must hold texts"):
        predictor.predict({"level": np.arange(3.0)})
