"""XGBoost's adapter: the kit, and what is its own."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlead_contracts.testing.adapters import AdapterConformance, Case
from fairlead_xgboost.adapter import XGBoostAdapter
from fairlead_xgboost.ubj import UbjError, loads
from xgboost import XGBClassifier, XGBRegressor

RNG = np.random.default_rng(5)
FRAME = pd.DataFrame({"amount": RNG.normal(size=80), "age": RNG.integers(18, 80, 80).astype(float)})
BINARY, THREE = (FRAME["amount"] > 0).astype(int), np.digitize(FRAME["amount"], [-0.4, 0.4])
KINDS = np.array(["a", "b", None], dtype=object)[RNG.integers(0, 3, 80)]
LEVELS = FRAME.assign(kind=pd.Categorical(KINDS, categories=["a", "b"]))
SMALL = {"n_estimators": 4, "max_depth": 2}


def table(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    return {name: frame[name].to_numpy() for name in frame}


def classified(model: Any, frame: pd.DataFrame, columns: dict[str, np.ndarray]) -> Case:
    chances, labels = model.predict_proba(frame), np.array([str(each) for each in model.predict(frame)], dtype=object)
    if chances.shape[1] == 2:
        return Case(model, columns, {"probability": chances[:, 1].astype(float), "label": labels})
    named = {f"probability_{each}": chances[:, each].astype(float) for each in range(chances.shape[1])}
    return Case(model, columns, {**named, "label": labels})


def leveled() -> Any:
    return XGBClassifier(**SMALL, enable_categorical=True).fit(LEVELS, BINARY)


REGRESSOR = XGBRegressor(**SMALL).fit(FRAME, FRAME["age"])
CASES = [
    classified(XGBClassifier(**SMALL).fit(FRAME, BINARY), FRAME, table(FRAME)),
    classified(XGBClassifier(**SMALL).fit(FRAME, THREE), FRAME, table(FRAME)),
    classified(leveled(), LEVELS, {**table(FRAME), "kind": KINDS}),
    Case(REGRESSOR, table(FRAME), {"prediction": REGRESSOR.predict(FRAME).astype(float)}),
]


class TestXGBoost(AdapterConformance):
    adapter = XGBoostAdapter()
    frameworks = ("xgboost", "numpy", "pandas")

    def cases(self) -> list[Case]:
        return CASES


def test_a_json_file_is_described_and_scores_as_the_ubj_one(tmp_path: Path) -> None:
    case = CASES[0]
    case.model.save_model(tmp_path / "model.json")  # type: ignore[attr-defined]
    card = XGBoostAdapter().describe(tmp_path)
    assert (card.task, card.inputs, card.classes) == ("classification", ("amount", "age"), ("0", "1"))
    scored = XGBoostAdapter().load(tmp_path, card).predict(case.table)
    np.testing.assert_allclose(scored["probability"], case.expected["probability"], atol=1e-6)


@pytest.mark.parametrize("kind", [["new", "a"], [None, None], ["new", "new"]])
def test_a_level_that_training_did_not_know_counts_as_missing(tmp_path: Path, kind: list[str | None]) -> None:
    XGBoostAdapter().save(leveled(), tmp_path)
    predictor = XGBoostAdapter().load(tmp_path, XGBoostAdapter().describe(tmp_path))
    rows = {"amount": np.array([0.1, 0.2]), "age": np.array([30.0, 40.0])}
    unknown = predictor.predict({**rows, "kind": np.array(kind, dtype=object)})
    missing = [each if each in ("a", "b") else None for each in kind]
    known = predictor.predict({**rows, "kind": np.array(missing, dtype=object)})
    np.testing.assert_array_equal(unknown["probability"], known["probability"])


@pytest.mark.parametrize("data", [b"", b"{", b"[", b"{i\x05ab", b"[$i#i\x7f", b"S", b"[" * 100, b"Q"])
def test_bytes_that_are_no_ubj_are_refused(data: bytes) -> None:
    with pytest.raises(UbjError):
        loads(data)
