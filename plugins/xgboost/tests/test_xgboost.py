"""XGBoost's adapter: the kit, and what is its own."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlead_contracts.adapters import Adapter, Table
from fairlead_contracts.testing import AdapterConformance, Sample
from fairlead_xgboost.adapter import XGBoostAdapter
from fairlead_xgboost.ubj import UbjError, loads
from xgboost import XGBClassifier, XGBRegressor

RNG = np.random.default_rng(5)
FRAME = pd.DataFrame({"amount": RNG.normal(size=80), "age": RNG.integers(18, 80, 80).astype(float)})
BINARY, THREE = (FRAME["amount"] > 0).astype(int), np.digitize(FRAME["amount"], [-0.4, 0.4])
KINDS = np.array(["a", "b", None], dtype=object)[RNG.integers(0, 3, 80)]
LEVELS = FRAME.assign(kind=pd.Categorical(KINDS, categories=["a", "b"]))
SMALL = {"n_estimators": 4, "max_depth": 2}


def table(frame: pd.DataFrame) -> dict[str, Any]:
    return {name: frame[name].to_numpy() for name in frame}


def framed(columns: Table) -> pd.DataFrame:
    """The table as XGBoost was trained on it."""
    frame = pd.DataFrame(dict(columns))
    return frame.assign(kind=pd.Categorical(frame["kind"], categories=["a", "b"])) if "kind" in frame else frame


def two_classes(model: Any) -> Callable[[Table], Mapping[str, Any]]:
    return lambda rows: {
        "probability": model.predict_proba(framed(rows))[:, 1],
        "label": model.predict(framed(rows)),
    }


def leveled() -> Any:
    return XGBClassifier(**SMALL, enable_categorical=True).fit(LEVELS, BINARY)


class TestNumbersAndNumbersOut(AdapterConformance):
    frameworks = ("xgboost", "pandas")

    @classmethod
    def adapter(cls) -> Adapter:
        return XGBoostAdapter()

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        binary, regressor = XGBClassifier(**SMALL).fit(FRAME, BINARY), XGBRegressor(**SMALL).fit(FRAME, FRAME["age"])
        return (
            Sample("two classes", binary, table(FRAME), two_classes(binary)),
            Sample("a number", regressor, table(FRAME), lambda rows: {"prediction": regressor.predict(framed(rows))}),
        )


class TestLevelsAndSeveralClasses(AdapterConformance):
    frameworks = ("xgboost", "pandas")

    @classmethod
    def adapter(cls) -> Adapter:
        return XGBoostAdapter()

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        texts, several = leveled(), XGBClassifier(**SMALL).fit(FRAME, THREE)

        def chances(rows: Table) -> Mapping[str, Any]:
            found = several.predict_proba(framed(rows))
            return {f"probability_{each}": found[:, each] for each in range(3)} | {
                "label": several.predict(framed(rows))
            }

        whole = {**table(FRAME), "kind": np.array([each or "a" for each in KINDS], dtype=object)}
        return Sample("levels", texts, whole, two_classes(texts)), Sample("three", several, table(FRAME), chances)


def test_a_json_file_is_described_and_scores_as_the_ubj_one(tmp_path: Path) -> None:
    model = XGBClassifier(**SMALL).fit(FRAME, BINARY)
    model.save_model(tmp_path / "model.json")
    card = XGBoostAdapter().describe(tmp_path)
    assert (card.task, card.inputs, card.classes) == ("classification", ("amount", "age"), ("0", "1"))
    scored = XGBoostAdapter().load(tmp_path, card).predict(table(FRAME))
    np.testing.assert_allclose(scored["probability"], model.predict_proba(FRAME)[:, 1], atol=1e-6)


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
