"""Texts between training and serving: a missing one is None on the wire, whatever it was when the model was fitted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_sklearn.skops_adapter import SkopsAdapter
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder

ROWS = 90
RANDOM = np.random.default_rng(8)
NUMBERS = np.where(np.arange(ROWS) % 9 == 0, np.nan, RANDOM.normal(size=ROWS))
TEXTS = np.where(np.arange(ROWS) % 5 == 0, None, RANDOM.choice(["x", "y", "z"], ROWS)).astype(object)
OUTCOME = ((np.nan_to_num(NUMBERS) > 0) ^ (TEXTS == "x")).astype(int)
TABLE = {"n": NUMBERS, "t": TEXTS}

TRAINED: dict[str, Callable[[], pd.Series]] = {
    "pandas' own strings": lambda: pd.Series(TEXTS),
    "objects with None": lambda: pd.Series(TEXTS, dtype=object),
    "objects with NaN": lambda: pd.Series([np.nan if each is None else each for each in TEXTS], dtype=object),
    "categories": lambda: pd.Series(TEXTS).astype("category"),
}


def over(texts: Any) -> Any:
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return make_pipeline(ColumnTransformer([("n", numbers, ["n"]), ("t", texts, ["t"])]), LogisticRegression())


MODELS: dict[str, Callable[[], Any]] = {
    "one-hot": lambda: over(OneHotEncoder(handle_unknown="ignore")),
    "one-hot to pandas": lambda: over(OneHotEncoder(handle_unknown="ignore", sparse_output=False)).set_output(
        transform="pandas"
    ),
    "ordinal": lambda: over(OrdinalEncoder(encoded_missing_value=-2)),
    "target": lambda: over(TargetEncoder()),
    "most frequent": lambda: over(make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder())),
    "constant": lambda: over(make_pipeline(SimpleImputer(strategy="constant", fill_value="?"), OneHotEncoder())),
    "selected by type": lambda: make_pipeline(
        ColumnTransformer(
            [
                ("n", SimpleImputer(), make_column_selector(dtype_include=np.number)),
                ("t", OneHotEncoder(), make_column_selector(dtype_exclude=np.number)),
            ]
        ),
        LogisticRegression(),
    ),
    "boosted": lambda: HistGradientBoostingClassifier(max_iter=5, categorical_features=["t"]),
}


def loaded(model: Any, folder: Path) -> Any:
    SkopsAdapter().save(model, folder)
    return SkopsAdapter().load(folder, SkopsAdapter().describe(folder))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("trained", TRAINED)
def test_missing_texts_score_as_they_did_in_training(trained: str, model: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": NUMBERS, "t": TRAINED[trained]()})
    fitted = MODELS[model]().fit(frame, OUTCOME)
    wanted = fitted.predict_proba(frame)[:, 1]
    for missing in (None, np.nan):
        table = {**TABLE, "t": np.array([missing if each is None else each for each in TEXTS], dtype=object)}
        np.testing.assert_allclose(loaded(fitted, tmp_path).predict(table)["probability"], wanted, rtol=1e-9)


def test_two_ways_of_being_missing_in_one_model_are_refused(tmp_path: Path) -> None:
    nans = TRAINED["objects with NaN"]()
    frame = pd.DataFrame({"none": TRAINED["objects with None"](), "nan": nans})
    columns = ColumnTransformer([("none", OneHotEncoder(), ["none"]), ("nan", OneHotEncoder(), ["nan"])])
    model = make_pipeline(columns, LogisticRegression()).fit(frame, OUTCOME)
    SkopsAdapter().save(model, tmp_path)
    with pytest.raises(UnreadableArtifactError, match="None in one column and NaN in another"):
        SkopsAdapter().load(tmp_path, SkopsAdapter().describe(tmp_path))


def test_a_level_that_the_encoder_refuses_is_said_without_repeating_it(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": NUMBERS, "t": TRAINED["pandas' own strings"]()})
    predictor = loaded(over(OneHotEncoder()).fit(frame, OUTCOME), tmp_path)
    with pytest.raises(InvalidTableError, match="handle_unknown='ignore'") as refusal:
        predictor.predict({**TABLE, "t": np.full(ROWS, "hush", dtype=object)})
    assert "hush" not in refusal.value.detail


def test_a_missing_number_that_the_model_refuses_is_said(tmp_path: Path) -> None:
    predictor = loaded(LogisticRegression().fit(np.nan_to_num(NUMBERS).reshape(-1, 1), OUTCOME), tmp_path)
    with pytest.raises(InvalidTableError, match="put an imputer in front"):
        predictor.predict({"n": NUMBERS})
    with pytest.raises(InvalidTableError, match="infinite"):
        predictor.predict({"n": np.array([np.inf])})


def test_a_model_fitted_on_an_object_matrix_takes_texts_and_numbers_in_order(tmp_path: Path) -> None:
    matrix = np.empty((ROWS, 2), dtype=object)
    matrix[:, 0], matrix[:, 1] = np.nan_to_num(NUMBERS), TEXTS
    columns = ColumnTransformer([("n", "passthrough", [0]), ("t", OneHotEncoder(handle_unknown="ignore"), [1])])
    fitted = make_pipeline(columns, LogisticRegression()).fit(matrix, OUTCOME)
    found = loaded(fitted, tmp_path).predict({"n": np.nan_to_num(NUMBERS), "t": TEXTS})
    np.testing.assert_allclose(found["probability"], fitted.predict_proba(matrix)[:, 1], rtol=1e-9)
