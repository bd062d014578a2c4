"""Steps as one version: each does what it says, answers combine as the models' own say, and what explains them."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlead_contracts.adapters import Explainer
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_contracts.plugins import adapters
from fairlead_pipeline import (
    Cast,
    Clip,
    Combine,
    Copy,
    Fill,
    Live,
    OneHot,
    Pipeline,
    Relabel,
    Rename,
    Round,
    Scale,
    Select,
    Standardise,
    Threshold,
)
from sklearn.impute import SimpleImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from xgboost import XGBClassifier, XGBRegressor

RNG = np.random.default_rng(5)
DATA = pd.DataFrame({"a": RNG.normal(size=300), "b": RNG.random(300), "region": RNG.integers(0, 2, 300).astype(float)})
LABEL = (DATA["a"] + DATA["b"] > 0.5).astype(int)
TABLE = {name: DATA[name].to_numpy() for name in DATA}
ADAPTER = adapters()["pipeline"]
LINEAR = LogisticRegression().fit(DATA[["a", "b"]], LABEL)
TREES = XGBClassifier(n_estimators=5, max_depth=2).fit(DATA, LABEL)
CHANCES = (LINEAR.predict_proba(DATA[["a", "b"]])[:, 1], TREES.predict_proba(DATA)[:, 1].astype(float))
LINE = LinearRegression().fit(DATA[["a", "b"]], DATA["a"] * 2 + DATA["b"])


def answered(folder: Path, steps: dict[str, Any], table: Any = TABLE, **more: Any) -> dict[str, Any]:
    ADAPTER.save(Pipeline(steps, **more), folder)
    assert ADAPTER.reads(folder)
    return dict(ADAPTER.load(folder, ADAPTER.describe(folder)).predict(table))


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ({}, (CHANCES[0] + CHANCES[1]) / 2),
        ({"how": "weighted", "weights": {"linear": 1, "trees": 3}}, (CHANCES[0] + 3 * CHANCES[1]) / 4),
        ({"how": "vote"}, ((CHANCES[0] > 0.5) * 1.0 + (CHANCES[1] > 0.5)) / 2),
        (
            {"how": "switch", "by": "region", "cases": {"0": "linear"}, "otherwise": "trees"},
            np.where(DATA["region"] == 0, CHANCES[0], CHANCES[1]),
        ),
    ],
)
def test_answers_combine_as_the_models_own_say(tmp_path: Path, how: dict[str, Any], wanted: Any) -> None:
    steps = {"linear": LINEAR, "trees": TREES, "both": Combine(of=("linear", "trees"), **how)}
    found = answered(tmp_path, steps)
    assert found["probability"] == pytest.approx(wanted, abs=1e-6)
    card = ADAPTER.describe(tmp_path)
    assert (card.task, card.trust, card.inputs) == ("classification", "data", ("a", "b", "region"))


def test_a_switch_scores_each_row_by_its_own_model_alone(tmp_path: Path) -> None:
    # The linear model has no answer for a missing value; the rows that have one go to the trees.
    switch = Combine(of=("linear", "trees"), how="switch", by="region", cases={"0": "linear", "1": "trees"})
    steps = {"linear": LINEAR, "trees": TREES, "both": switch}
    holed = {**TABLE, "a": np.where(TABLE["region"] == 1, np.nan, TABLE["a"])}
    assert np.isfinite(answered(tmp_path / "some", steps, holed)["probability"]).all()
    with pytest.raises(InvalidTableError, match="Step both: model linear: "):
        answered(tmp_path / "all", steps, {**TABLE, "a": np.full(300, np.nan)})
    with pytest.raises(InvalidTableError, match="Step both: A value of region leads to no step"):
        answered(tmp_path / "none", steps, {**TABLE, "region": np.full(300, 7.0)})


def test_transforms_do_what_they_say(tmp_path: Path) -> None:
    steps = {
        "renamed": Rename(columns={"x": "amount"}),
        "filled": Fill(values={"amount": 3.0, "grade": "B"}),
        "typed": Cast(columns={"zip": "number", "code": "text"}),
        "kept": Clip(columns={"amount": (0, 4)}),
        "copied": Copy(columns={"again": "amount"}),
        "scaled": Standardise(columns={"amount": Scale(mean=1, scale=2)}),
        "dummies": OneHot(columns={"grade": ("A", "B"), "code": ("7",)}),
        "few": Select(columns=("amount", "again", "grade_A", "grade_B", "code_7", "zip")),
        "sum": Live(
            LinearRegression().fit(np.eye(6), 10.0 ** np.arange(6)),
            ("amount", "again", "grade_A", "grade_B", "code_7", "zip"),
        ),
        "rounded": Round(digits=3),
    }
    table = {
        "x": np.array([np.nan, 9.0, -2.0]), "grade": np.array([None, "A", "C"], dtype=object),
        "zip": np.array(["1", "0.5", " 2"], dtype=object), "code": np.array([7.0, 8.0, np.nan]),
    }  # fmt: skip
    given = np.array([[1, 3, 0, 1, 1, 1], [1.5, 4, 1, 0, 0, 0.5], [-0.5, 0, 0, 0, 0, 2]])
    model = steps["sum"].model  # type: ignore[attr-defined]
    assert answered(tmp_path, steps, table)["prediction"] == pytest.approx(np.round(model.predict(given), 3))


def test_fitted_transformers_are_written_as_data_and_do_the_same(tmp_path: Path) -> None:
    holed = DATA.assign(a=DATA["a"].where(DATA["a"] < 1))
    imputer = SimpleImputer(strategy="median").set_output(transform="pandas").fit(holed[["a"]])
    filled = holed.assign(a=imputer.transform(holed[["a"]])["a"])
    standard = StandardScaler().set_output(transform="pandas").fit(filled[["a"]])
    spread = MinMaxScaler((-1, 2)).set_output(transform="pandas").fit(filled[["b"]])
    hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False).set_output(transform="pandas")
    rows = pd.concat([standard.transform(filled[["a"]]), spread.transform(filled[["b"]])], axis=1)
    rows = pd.concat([rows, hot.fit_transform(filled[["region"]]).set_axis(["region_0", "region_1"], axis=1)], axis=1)
    model = LogisticRegression().fit(rows, LABEL)
    table = {name: holed[name].to_numpy() for name in holed}
    found = answered(tmp_path, {"i": imputer, "s": standard, "m": spread, "o": hot, "model": model}, table)
    assert found["probability"] == pytest.approx(model.predict_proba(rows)[:, 1], abs=1e-9)
    assert ADAPTER.describe(tmp_path).inputs == ("a", "b", "region")


def test_an_answer_is_a_column_of_later_steps(tmp_path: Path) -> None:
    rows = pd.DataFrame({"p": CHANCES[0], "b": DATA["b"]})
    second = XGBRegressor(n_estimators=3, max_depth=2).fit(rows, DATA["a"])
    found = answered(tmp_path, {"first": LINEAR, "second": Live(second, {"p": "first.probability"})})
    assert found["prediction"] == pytest.approx(second.predict(rows), abs=1e-6)


def test_probabilities_are_calibrated_decided_and_labelled(tmp_path: Path) -> None:
    table = IsotonicRegression(out_of_bounds="clip").fit(CHANCES[0], LABEL)
    steps = {
        "linear": LINEAR, "sure": table, "decided": Threshold(at=0.3), "said": Relabel(labels={"0": "no", "1": "yes"})
    }  # fmt: skip
    found = answered(tmp_path, steps)
    wanted = table.predict(CHANCES[0])
    assert found["probability"] == pytest.approx(wanted, abs=1e-9)
    assert found["label"].tolist() == np.where(wanted >= 0.3, "yes", "no").tolist()
    assert ADAPTER.describe(tmp_path).classes == ("no", "yes")


def test_one_model_s_explanation_names_the_requests_columns(tmp_path: Path) -> None:
    renamed = {"amount": TABLE["a"], "b": TABLE["b"]}
    ADAPTER.save(Pipeline({"linear": Live(LINEAR, {"a": "amount"}), "decided": Threshold(at=0.3)}), tmp_path)
    predictor = ADAPTER.load(tmp_path, ADAPTER.describe(tmp_path))
    assert isinstance(predictor, Explainer)
    found = predictor.explain(renamed)
    raw = found.bias[:, 0] + found.contributions[:, 0].sum(axis=1)
    assert found.inputs == ("amount", "b")
    assert raw == pytest.approx(LINEAR.decision_function(DATA[["a", "b"]]))


def test_a_score_that_steps_change_is_not_explained(tmp_path: Path) -> None:
    ADAPTER.save(Pipeline({"line": LINE, "rounded": Round(digits=1)}), tmp_path)
    assert not isinstance(ADAPTER.load(tmp_path, ADAPTER.describe(tmp_path)), Explainer)


def test_rows_that_a_step_cannot_take_name_the_step_and_no_value(tmp_path: Path) -> None:
    steps = {"typed": Cast(columns={"a": "number"}), "linear": LINEAR}
    texts = {**TABLE, "a": np.array(["secret"] * 300, dtype=object)}
    with pytest.raises(InvalidTableError, match="Step typed: Column a holds a text that is no number") as caught:
        answered(tmp_path, steps, texts)
    assert "secret" not in str(caught.value)
    with pytest.raises(InvalidTableError, match="lacks b"):
        answered(tmp_path / "lacking", steps, {"a": TABLE["a"]})


def test_a_model_that_runs_code_makes_the_whole_pipeline_code(tmp_path: Path) -> None:
    class Own:
        inputs = ("a",)

        def predict(self, table: Any) -> Any:
            return table["a"] * 2

    steps = {"line": LINE, "own": Own(), "both": Combine(of=("line", "own"))}
    found = answered(tmp_path, steps)
    card = ADAPTER.describe(tmp_path)
    assert card.trust == "code"
    assert found["prediction"] == pytest.approx((LINE.predict(DATA[["a", "b"]]) + DATA["a"] * 2) / 2)


def test_a_fitted_calibration_that_no_step_does_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArtifactError, match="out_of_bounds"):
        answered(tmp_path, {"linear": LINEAR, "sure": IsotonicRegression().fit(CHANCES[0], LABEL)})


def test_a_pipeline_of_one_bare_model_is_that_model(tmp_path: Path) -> None:
    ADAPTER.save(Pipeline({"linear": LINEAR}), tmp_path)
    predictor = ADAPTER.load(tmp_path, ADAPTER.describe(tmp_path))
    assert type(predictor).__module__.startswith("fairlead_sklearn")
    ADAPTER.save(
        Pipeline({"linear": Live(LINEAR, {"a": "b", "b": "a"})}, {"a": "number", "b": "number"}),
        folder := tmp_path / "turned",
    )
    found = ADAPTER.load(folder, ADAPTER.describe(folder)).predict(TABLE)["probability"]
    turned = DATA[["a", "b"]].rename(columns={"a": "b", "b": "a"})[["a", "b"]]
    assert found == pytest.approx(LINEAR.predict_proba(turned)[:, 1])
