"""scikit-learn's adapter: the kit, and what is its own."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_contracts.testing.adapters import AdapterConformance, Case
from fairlead_sklearn.joblib_adapter import JoblibAdapter
from fairlead_sklearn.skops_adapter import SkopsAdapter
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

RNG = np.random.default_rng(5)
FRAME = pd.DataFrame({
    "amount": RNG.normal(size=80), "age": RNG.integers(18, 80, 80).astype(float),
    "kind": np.array(["a", "b", None], dtype=object)[RNG.integers(0, 3, 80)],
})  # fmt: skip
FRAME["kind"] = FRAME["kind"].astype(object)
TABLE = {name: FRAME[name].to_numpy() for name in FRAME}
NUMBERS = FRAME[["amount", "age"]]
BINARY = (FRAME["amount"] > 0).astype(int)
THREE = np.array(["low", "middle", "high"])[np.digitize(FRAME["amount"], [-0.4, 0.4])]


def case(model: Any, frame: pd.DataFrame) -> Case:
    table = {name: frame[name].to_numpy() for name in frame}
    if not hasattr(model, "classes_"):
        return Case(model, table, {"prediction": model.predict(frame)})
    chances, labels = model.predict_proba(frame), np.array([str(each) for each in model.predict(frame)], dtype=object)
    if len(model.classes_) == 2:
        return Case(model, table, {"probability": chances[:, 1], "label": labels})
    named = {f"probability_{each}": chances[:, place] for place, each in enumerate(model.classes_)}
    return Case(model, table, {**named, "label": labels})


def pipeline() -> Any:
    columns = ColumnTransformer([("kind", OneHotEncoder(handle_unknown="ignore"), ["kind"])], remainder="passthrough")
    return make_pipeline(columns, LogisticRegression(max_iter=1_000)).fit(FRAME, BINARY)


CASES = [
    case(pipeline(), FRAME),
    case(RandomForestClassifier(5, random_state=1).fit(NUMBERS, THREE), NUMBERS),
    case(RandomForestRegressor(5, random_state=1).fit(NUMBERS, FRAME["age"]), NUMBERS),
]


class TestSkops(AdapterConformance):
    adapter = SkopsAdapter()
    frameworks = ("sklearn", "skops", "pandas")

    def cases(self) -> list[Case]:
        return CASES


class TestJoblib(AdapterConformance):
    adapter = JoblibAdapter()
    frameworks = ("sklearn", "joblib", "pandas")

    def cases(self) -> list[Case]:
        return CASES[:1]

    def test_it_knows_its_own_models_and_no_others(self) -> None:
        """joblib is never chosen by itself: whoever wants it says so."""
        assert not self.adapter.handles(CASES[0].model)


def test_a_model_with_a_function_inside_is_refused_when_it_is_saved_or_read(tmp_path: Path) -> None:
    model = make_pipeline(FunctionTransformer(lambda rows: rows), LogisticRegression()).fit(NUMBERS, BINARY)
    with pytest.raises((InvalidTableError, UnreadableArtifactError)):
        _saved_and_described(model, tmp_path)


def _saved_and_described(model: Any, folder: Path) -> None:
    SkopsAdapter().save(model, folder)
    SkopsAdapter().describe(folder)


def test_a_card_that_claims_to_be_only_data_does_not_make_joblib_so(tmp_path: Path) -> None:
    JoblibAdapter().save(CASES[0].model, tmp_path)
    card = tmp_path / "model.json"
    card.write_text(card.read_text().replace('"code"', '"data"'))
    assert JoblibAdapter().describe(tmp_path).trust == "code"


def test_an_unseen_level_and_missing_values_are_the_models_own_affair(tmp_path: Path) -> None:
    SkopsAdapter().save(CASES[0].model, tmp_path)
    predictor = SkopsAdapter().load(tmp_path, SkopsAdapter().describe(tmp_path))
    row = {"amount": np.array([0.1]), "age": np.array([30.0]), "kind": np.array(["never seen"], dtype=object)}
    assert 0 <= predictor.predict(row)["probability"][0] <= 1
    with pytest.raises(InvalidTableError, match="NaN"):
        predictor.predict({**row, "amount": np.array([np.nan])})
