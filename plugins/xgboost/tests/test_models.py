"""Objectives, boosters and formats: each scores as XGBoost's own call does, or is refused when it is saved."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_xgboost.adapter import XGBoostAdapter

ROWS = 120
RANDOM = np.random.default_rng(6)
MATRIX = RANDOM.normal(size=(ROWS, 3))
TABLE = {name: MATRIX[:, place] for place, name in enumerate("abc")}
TWO, THREE = (MATRIX[:, 0] > 0).astype(int), np.digitize(MATRIX[:, 0], [-0.5, 0.5])
SMALL = {"n_estimators": 5, "max_depth": 2}


def trained(parameters: dict[str, Any], labels: Any = TWO) -> xgb.Booster:
    return xgb.train(parameters, xgb.DMatrix(MATRIX, labels), 5)


def way_round(model: Any, folder: Path) -> tuple[Any, Any]:
    XGBoostAdapter().save(model, folder)
    card = XGBoostAdapter().describe(folder)
    return card, XGBoostAdapter().load(folder, card)


@pytest.mark.parametrize("booster", ["gbtree", "dart", "gblinear"])
@pytest.mark.parametrize("objective", ["binary:logistic", "binary:hinge", "reg:squarederror", "count:poisson"])
def test_every_booster_scores_as_its_own_call_does(objective: str, booster: str, tmp_path: Path) -> None:
    model = trained({"objective": objective, "booster": booster, "rate_drop": 0.5} if booster == "dart" else
                    {"objective": objective, "booster": booster})  # fmt: skip
    card, predictor = way_round(model, tmp_path)
    wanted = model.predict(xgb.DMatrix(MATRIX))
    name = "probability" if objective.startswith("binary") else "prediction"
    assert card.task == ("classification" if name == "probability" else "regression")
    np.testing.assert_allclose(predictor.predict(TABLE)[name], wanted, rtol=1e-6)


@pytest.mark.parametrize("objective", ["multi:softprob", "multi:softmax"])
def test_several_classes_give_a_probability_each(objective: str, tmp_path: Path) -> None:
    model = xgb.XGBClassifier(**SMALL, objective=objective).fit(MATRIX, THREE)
    card, predictor = way_round(model, tmp_path)
    assert card.classes == ("0", "1", "2")
    found, wanted = predictor.predict(TABLE), model.predict_proba(MATRIX)
    for each in range(3):
        np.testing.assert_allclose(found[f"probability_{each}"], wanted[:, each], rtol=1e-5, atol=1e-6)
    assert found["label"].tolist() == [str(each) for each in wanted.argmax(axis=1)]


def test_a_wrapper_stops_at_its_best_round_and_a_bare_booster_does_not(tmp_path: Path) -> None:
    wrapped = xgb.XGBClassifier(n_estimators=60, learning_rate=1.0, early_stopping_rounds=3)
    wrapped.fit(MATRIX[:80], TWO[:80], eval_set=[(MATRIX[80:], RANDOM.integers(0, 2, ROWS - 80))], verbose=False)
    booster = wrapped.get_booster()
    assert wrapped.best_iteration + 1 < booster.num_boosted_rounds()
    for name, model, wanted in (
        ("wrapped", wrapped, wrapped.predict_proba(MATRIX)[:, 1]),
        ("bare", booster, booster.predict(xgb.DMatrix(MATRIX))),
    ):
        (tmp_path / name).mkdir()
        _, predictor = way_round(model, tmp_path / name)
        np.testing.assert_allclose(predictor.predict(TABLE)["probability"], wanted, rtol=1e-6)


def test_what_a_wrapper_takes_for_missing_is_saved_with_it(tmp_path: Path) -> None:
    holed = np.where(RANDOM.random(MATRIX.shape) < 0.3, -1.0, MATRIX)
    model = xgb.XGBRegressor(**SMALL, missing=-1.0).fit(holed, holed[:, 0])
    _, predictor = way_round(model, tmp_path)
    found = predictor.predict({name: holed[:, place] for place, name in enumerate("abc")})["prediction"]
    np.testing.assert_allclose(found, model.predict(holed), rtol=1e-6)
    assert model.get_booster().attributes() == {}


@pytest.mark.parametrize("name", ["model.json", "model.ubj"])
def test_a_file_that_xgboost_itself_saved_is_read(name: str, tmp_path: Path) -> None:
    model = xgb.XGBClassifier(**SMALL).fit(pd.DataFrame(TABLE), TWO)
    model.save_model(tmp_path / name)
    assert XGBoostAdapter().reads(tmp_path)
    card = XGBoostAdapter().describe(tmp_path)
    assert (card.inputs, card.classes, card.framework_version) == (("a", "b", "c"), ("0", "1"), xgb.__version__)
    found = XGBoostAdapter().load(tmp_path, card).predict(TABLE)["probability"]
    np.testing.assert_allclose(found, model.predict_proba(MATRIX)[:, 1], rtol=1e-6)


def test_a_json_file_written_anew_with_spaces_is_still_one(tmp_path: Path) -> None:
    trained({}).save_model(tmp_path / "model.json")
    written = json.dumps(json.loads((tmp_path / "model.json").read_bytes()), indent=2)
    (tmp_path / "model.json").write_text(written)
    assert XGBoostAdapter().reads(tmp_path)
    assert XGBoostAdapter().describe(tmp_path).task == "regression"


def test_another_json_of_that_name_is_not_one(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text('{"adapter": "other", "inputs": ["learner", "version"]}')
    assert not XGBoostAdapter().reads(tmp_path)


def test_both_formats_at_once_are_refused(tmp_path: Path) -> None:
    for name in ("model.json", "model.ubj"):
        trained({}).save_model(tmp_path / name)
    with pytest.raises(UnreadableArtifactError, match="keep one of them"):
        XGBoostAdapter().describe(tmp_path)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (lambda: trained({"objective": "binary:logitraw"}), "gives no probabilities"),
        (lambda: trained({}, MATRIX[:, :2]), "several outputs a row"),
        (lambda: trained({"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.9]}), "several outputs a row"),
        (lambda: xgb.XGBClassifier(), "is it fitted"),
    ],
    ids=["margins", "two targets", "two quantiles", "not fitted"],
)
def test_what_cannot_be_served_is_refused_when_it_is_saved(model: Any, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableArtifactError, match=reason):
        XGBoostAdapter().save(model(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def leveled(levels: list[Any]) -> tuple[pd.DataFrame, Any]:
    codes = RANDOM.integers(0, len(levels), ROWS)
    frame = pd.DataFrame(
        {"a": TABLE["a"], "level": pd.Categorical([levels[code] for code in codes], categories=levels)}
    )
    return frame, xgb.XGBClassifier(**SMALL, enable_categorical=True).fit(frame, (codes == 0) ^ TWO)


def test_levels_are_kept_in_the_order_of_training(tmp_path: Path) -> None:
    frame, model = leveled(["z", "a b", "a", ""])
    _, predictor = way_round(model, tmp_path)
    table = {"a": frame.a.to_numpy(), "level": np.array([*frame.level], dtype=object)}
    wanted = model.predict_proba(frame)[:, 1]
    np.testing.assert_allclose(predictor.predict(table)["probability"], wanted, rtol=1e-6)
    np.testing.assert_allclose(
        predictor.predict({name: values[-1:] for name, values in table.items()})["probability"], wanted[-1:], rtol=1e-6
    )


@pytest.mark.parametrize("levels", [["a", "é"], ["éa", "b"], ["日本", "x", "y"]], ids=ascii)
def test_levels_that_xgboost_would_cut_are_refused(levels: list[str], tmp_path: Path) -> None:
    with pytest.raises(UnreadableArtifactError, match="letters beyond ASCII"):
        XGBoostAdapter().save(leveled(levels)[1], tmp_path)


def test_levels_that_are_whole_numbers_stay_numbers(tmp_path: Path) -> None:
    frame, model = leveled([300, 10, 20])
    _, predictor = way_round(model, tmp_path)
    wanted = model.predict_proba(frame)[:, 1]
    for dtype in (np.int64, np.float64):
        table = {"a": frame.a.to_numpy(), "level": np.array([*frame.level], dtype=dtype)}
        np.testing.assert_allclose(predictor.predict(table)["probability"], wanted, rtol=1e-6)
    with pytest.raises(InvalidTableError, match="level must hold whole numbers"):
        predictor.predict({**table, "level": np.full(ROWS, "300", dtype=object)})


def test_categories_whose_levels_are_not_in_the_file_are_refused(tmp_path: Path) -> None:
    codes = np.column_stack([MATRIX[:, 0], THREE])
    rows = xgb.DMatrix(codes, TWO, feature_types=["q", "c"], enable_categorical=True)
    with pytest.raises(UnreadableArtifactError, match="does not hold their levels"):
        XGBoostAdapter().save(xgb.train({}, rows, 3), tmp_path)


def test_the_wrappers_and_boosters_are_its_own_and_nothing_else() -> None:
    assert XGBoostAdapter().handles(xgb.XGBRFRegressor())
    assert XGBoostAdapter().handles(trained({}))
    assert not XGBoostAdapter().handles(xgb.DMatrix(MATRIX))
