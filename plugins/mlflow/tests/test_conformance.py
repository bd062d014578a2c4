"""MLflow's folders pass the conformance kit: one for scikit-learn, one for XGBoost, written by MLflow."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from fairlead_contracts.adapters import Adapter
from fairlead_contracts.testing import AdapterConformance, Sample
from fairlead_mlflow import MLflowAdapter
from skops.io import load
from xgboost import XGBClassifier

MODELS = Path(__file__).with_name("models")
TABLE = {name: np.array(values) for name, values in json.loads((MODELS / "said.json").read_text())["table"].items()}


def matrix(table: Any) -> Any:
    return np.column_stack([table["a"], table["b"]])


class TestMLflow(AdapterConformance):
    """A matrix model, whose columns only the signature names, and a classifier."""

    frameworks = ("mlflow", "sklearn", "xgboost", "pandas")
    handles_its_models = False

    @classmethod
    def adapter(cls) -> Adapter:
        """The one under test."""
        return MLflowAdapter()

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Each model is the path of its folder; the reference is the framework's own call."""
        linear = load(MODELS / "sklearn-matrix" / "model.skops")
        boosted = XGBClassifier()
        boosted.load_model(MODELS / "xgboost" / "model.ubj")
        return (
            Sample("matrix", MODELS / "sklearn-matrix", TABLE, lambda t: {"prediction": linear.predict(matrix(t))}),
            Sample(
                "boosted", MODELS / "xgboost", TABLE,
                lambda t: {"probability": boosted.predict_proba(matrix(t))[:, 1]},
            ),
        )  # fmt: skip
