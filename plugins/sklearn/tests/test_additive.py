"""Linear pipelines are scored as sums over their columns: equal to scikit-learn, and refused where it refuses."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlead_contracts.adapters import Explainer
from fairlead_contracts.errors import InvalidTableError
from fairlead_sklearn.additive import AdditivePredictor
from fairlead_sklearn.additive.probes import agree
from fairlead_sklearn.skops_adapter import SkopsAdapter
from sklearn.compose import ColumnTransformer
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    HuberRegressor,
    Lasso,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
    SGDClassifier,
)
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)

ROWS = 150
RANDOM = np.random.default_rng(3)
FRAME = pd.DataFrame(
    {
        "amount": RANDOM.normal(1000, 300, ROWS),
        "years": RANDOM.integers(0, 12, ROWS),
        "owner": RANDOM.random(ROWS) > 0.5,
        "purpose": RANDOM.choice(["car", "house", "débt"], ROWS),
        "state": RANDOM.choice(["CA", "NY"], ROWS),
    }
)
HOLED = FRAME.assign(
    amount=FRAME.amount.mask(RANDOM.random(ROWS) < 0.2),
    purpose=FRAME.purpose.astype(object).where(RANDOM.random(ROWS) > 0.2),
)
TWO = np.where(FRAME.amount + 40 * FRAME.years + 90 * (FRAME.purpose == "car") > 1250, "yes", "no")
THREE = np.digitize(FRAME.amount, [900, 1100])
NUMBERS, TEXTS = ["amount", "years", "owner"], ["purpose", "state"]
IGNORING = OneHotEncoder(handle_unknown="ignore")


def columns(numbers: Any = None, texts: Any = IGNORING, **more: Any) -> Any:
    return ColumnTransformer([("n", numbers or StandardScaler(), NUMBERS), ("t", texts, TEXTS)], **more)


def imputing() -> Any:
    numbers = make_pipeline(SimpleImputer(strategy="median"), RobustScaler())
    return columns(numbers, make_pipeline(SimpleImputer(strategy="most_frequent"), IGNORING))


LOGISTIC = LogisticRegression(max_iter=400)
PIPELINES: dict[str, tuple[Callable[[], Any], pd.DataFrame, Any]] = {
    "one hot": (lambda: make_pipeline(columns(), LOGISTIC), FRAME, TWO),
    "three classes": (lambda: make_pipeline(columns(), LOGISTIC), FRAME, THREE),
    "imputed": (lambda: make_pipeline(imputing(), LOGISTIC), HOLED, TWO),
    "levels of missing": (lambda: make_pipeline(columns(SimpleImputer()), StandardScaler(), LOGISTIC), HOLED, TWO),
    "dropped levels": (lambda: make_pipeline(columns(MinMaxScaler(), OneHotEncoder(drop="first")), Ridge()), FRAME,
                       FRAME.amount),
    "ordinal": (lambda: make_pipeline(columns(MaxAbsScaler(), OrdinalEncoder()), LinearRegression()), FRAME,
                FRAME.amount),
    "ordinal with unknown": (
        lambda: make_pipeline(columns(None, OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)),
                              PoissonRegressor()), FRAME, FRAME.years),
    "a part of the columns": (
        lambda: make_pipeline(ColumnTransformer([("n", StandardScaler(), ["years"])], remainder="drop"), LOGISTIC),
        FRAME, TWO),
    "the rest passed on": (
        lambda: make_pipeline(ColumnTransformer([("t", IGNORING, TEXTS)], remainder="passthrough"),
                              Lasso(0.1)), FRAME, FRAME.amount),
    "selected": (lambda: make_pipeline(StandardScaler(), SelectKBest(k=2), LOGISTIC), FRAME[NUMBERS], TWO),
    "search": (lambda: GridSearchCV(make_pipeline(columns(), LOGISTIC), {"logisticregression__C": [0.1, 1]}, cv=2),
               FRAME, TWO),
    "gradient descent": (lambda: make_pipeline(columns(), SGDClassifier(loss="log_loss")), FRAME, THREE),
    "discriminants": (lambda: LinearDiscriminantAnalysis(), FRAME[["amount", "years"]], THREE),
    "robust": (lambda: HuberRegressor(max_iter=500), FRAME[["years", "owner"]], FRAME.amount),
}  # fmt: skip


def table_of(frame: pd.DataFrame) -> dict[str, Any]:
    def texts(values: Any) -> Any:
        return np.array([None if pd.isna(each) else each for each in values], dtype=object)

    return {
        str(name): texts(frame[name]) if frame[name].dtype.kind == "O" or name in TEXTS else frame[name].to_numpy()
        for name in frame
    }


def loaded(model: Any, folder: Path) -> Any:
    SkopsAdapter().save(model, folder)
    return SkopsAdapter().load(folder, SkopsAdapter().describe(folder))


@pytest.mark.parametrize("name", PIPELINES)
def test_a_linear_pipeline_scores_as_scikit_learn_does_and_explains_itself(name: str, tmp_path: Path) -> None:
    make, frame, outcome = PIPELINES[name]
    model = make().fit(frame, outcome)
    predictor, table = loaded(model, tmp_path), table_of(frame)
    assert isinstance(predictor, AdditivePredictor)
    found = predictor.predict(table)
    if "prediction" in found:
        np.testing.assert_allclose(found["prediction"], model.predict(frame), rtol=1e-9)
    else:
        chances = model.predict_proba(frame)
        last = found["probability"] if chances.shape[1] == 2 else found[f"probability_{model.classes_[-1]}"]
        np.testing.assert_allclose(last, chances[:, -1], rtol=1e-9, atol=1e-12)
        assert found["label"].tolist() == [str(each) for each in model.predict(frame)]
    explained = predictor.explain(table)
    raw = explained.bias + explained.contributions.sum(axis=2)
    if hasattr(model, "decision_function"):
        np.testing.assert_allclose(raw.reshape(ROWS, -1), model.decision_function(frame).reshape(ROWS, -1), atol=1e-9)


@pytest.mark.parametrize("name", ["levels of missing", "imputed"])
def test_unknown_levels_and_missing_values_score_as_scikit_learn_has_them(name: str, tmp_path: Path) -> None:
    make, frame, outcome = PIPELINES[name]
    model = make().fit(frame, outcome)
    odd = frame.assign(purpose=np.array([*["boat", None, "car"] * 50], dtype=object), amount=np.nan)
    predictor = loaded(model, tmp_path)
    wanted = model.predict_proba(odd.assign(purpose=odd.purpose.where(odd.purpose.notna(), np.nan)))[:, 1]
    np.testing.assert_allclose(predictor.predict(table_of(odd))["probability"], wanted, rtol=1e-9)


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"purpose": np.array(["boat"] * ROWS, dtype=object)}, "was not fitted on"),
     ({"amount": np.full(ROWS, np.nan)}, "missing"), ({"amount": np.full(ROWS, np.inf)}, "infinite"),
     ({"amount": np.array(["1"] * ROWS, dtype=object)}, "."), ({"purpose": np.zeros(ROWS)}, "."),
     ({"purpose": np.array([3] * ROWS, dtype=object)}, "no text")],
    ids=["an unknown level", "a missing number", "infinity", "texts", "numbers", "objects"],
)  # fmt: skip
def test_what_scikit_learn_refuses_is_refused_with_the_reason(
    change: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    predictor = loaded(make_pipeline(columns(None, OneHotEncoder()), LOGISTIC).fit(FRAME, TWO), tmp_path)
    assert isinstance(predictor, AdditivePredictor)
    with pytest.raises(InvalidTableError, match=reason):
        predictor.predict({**table_of(FRAME), **change})
    with pytest.raises(InvalidTableError):
        predictor.explain({**table_of(FRAME), **change})


@pytest.mark.parametrize(
    "model",
    [make_pipeline(PolynomialFeatures(), LOGISTIC), RandomForestClassifier(3), make_pipeline(MinMaxScaler(clip=True),
                                                                                             LOGISTIC)],
    ids=["products of columns", "trees", "clipped"],
)  # fmt: skip
def test_what_is_no_sum_is_scored_by_scikit_learn_and_says_that_it_has_no_explanations(
    model: Any, tmp_path: Path
) -> None:
    predictor = loaded(model.fit(FRAME[NUMBERS], TWO), tmp_path)
    assert not isinstance(predictor, Explainer)
    found = predictor.predict(table_of(FRAME[NUMBERS]))
    np.testing.assert_allclose(found["probability"], model.predict_proba(FRAME[NUMBERS])[:, 1])


def test_a_sum_that_differs_from_scikit_learn_is_not_used(tmp_path: Path) -> None:
    predictor = loaded(LogisticRegression().fit(FRAME[["years"]], TWO), tmp_path)
    names = SkopsAdapter().describe(tmp_path).inputs
    assert agree(predictor, predictor.folded, names, predictor.library)
    predictor.folded.bias += 1.0
    assert not agree(predictor, predictor.folded, names, predictor.library)
