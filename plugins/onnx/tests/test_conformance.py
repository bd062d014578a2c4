"""ONNX models pass the conformance kit: a matrix with a dictionary of probabilities, and columns with texts."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnxruntime as ort
import pandas as pd
from fairlead_contracts.adapters import Adapter, Table
from fairlead_contracts.testing import AdapterConformance, Sample
from fairlead_onnx.adapter import OnnxAdapter
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

ROWS = 150
RANDOM = np.random.default_rng(4)
TABLE = {
    "amount": RANDOM.normal(10, 3, ROWS),
    "years": RANDOM.integers(0, 12, ROWS),
    "purpose": RANDOM.choice(["car", "house", "débt", ""], ROWS).astype(object),
}
TYPES = [("amount", FloatTensorType([None, 1])), ("years", Int64TensorType([None, 1]))]
TYPES += [("purpose", StringTensorType([None, 1]))]


def run(model: Any, inputs: Mapping[str, Any]) -> list[Any]:
    """onnxruntime's own call."""
    return list(ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, inputs))


class TestOnnx(AdapterConformance):
    """A classifier of three classes on columns with texts; a regressor on a matrix."""

    frameworks = ("onnx", "onnxruntime", "numpy", "pandas", "scipy", "sklearn", "google.protobuf")
    slower_at_most = 2.0

    @classmethod
    def adapter(cls) -> Adapter:
        """ONNX."""
        return OnnxAdapter()

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Both come from scikit-learn."""
        outcome = np.array(["low", "middle", "high"])[np.digitize(TABLE["amount"], [8, 12])]
        columns = ColumnTransformer([("numbers", StandardScaler(), ["amount", "years"]),
                                     ("texts", OneHotEncoder(handle_unknown="ignore"), ["purpose"])])  # fmt: skip
        fitted = make_pipeline(columns, LogisticRegression()).fit(pd.DataFrame(TABLE), outcome)
        classifier = to_onnx(fitted, initial_types=TYPES)
        numbers = {name: values for name, values in TABLE.items() if values.dtype != object}
        matrix = np.column_stack(list(numbers.values())).astype(np.float32)
        boosted = GradientBoostingRegressor(n_estimators=9).fit(matrix, matrix[:, 0] * matrix[:, 1])
        regressor = to_onnx(boosted, matrix[:1])
        session = ort.InferenceSession(classifier.SerializeToString(), providers=["CPUExecutionProvider"])
        trees = ort.InferenceSession(regressor.SerializeToString(), providers=["CPUExecutionProvider"])

        def classified(table: Table) -> Mapping[str, Any]:
            kinds = {"amount": np.float32, "years": np.int64, "purpose": object}
            rows = {name: values.astype(kinds[name]).reshape(-1, 1) for name, values in table.items()}
            label, chances = session.run(None, rows)
            each = {f"probability_{name}": np.array([row[name] for row in chances]) for name in fitted.classes_}
            return {**each, "label": label}

        def regressed(table: Table) -> Mapping[str, Any]:
            rows = np.column_stack(list(table.values())).astype(np.float32)
            return {"prediction": trees.run(None, {"X": rows})[0]}

        return Sample("loans", classifier, TABLE, classified), Sample("trees", regressor, numbers, regressed)
