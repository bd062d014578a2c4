"""skops files pass the conformance kit: texts and numbers by name, a matrix without names, several classes."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from fairlead_contracts.adapters import Adapter, Table
from fairlead_contracts.testing import AdapterConformance, Sample
from fairlead_sklearn.skops_adapter import SkopsAdapter
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

ROWS = 120


def loans() -> pd.DataFrame:
    """Numbers, whole numbers, truth values and texts, as pandas has them by default."""
    random = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "amount": random.normal(10, 3, ROWS),
            "years": random.integers(0, 12, ROWS),
            "owner": random.random(ROWS) > 0.5,
            "purpose": random.choice(["car", "house", "débt"], ROWS),
        }
    )


def table_of(frame: pd.DataFrame) -> dict[str, Any]:
    """The frame as a replica has it: texts as objects."""
    return {
        name: column.to_numpy() if column.dtype.kind in "fib" else np.array([*column], dtype=object)
        for name, column in frame.items()
    }


def binary(model: Any, rows: Callable[[Table], Any]) -> Callable[[Table], Mapping[str, Any]]:
    """The library's own call for two classes."""
    return lambda table: {
        "probability": model.predict_proba(rows(table))[:, 1],
        "label": model.predict(rows(table)),
    }


def several(model: Any, rows: Callable[[Table], Any]) -> Callable[[Table], Mapping[str, Any]]:
    """The library's own call for more classes."""

    def reference(table: Table) -> Mapping[str, Any]:
        chances = model.predict_proba(rows(table)).T
        named = {f"probability_{each}": chances[place] for place, each in enumerate(model.classes_)}
        return {**named, "label": model.predict(rows(table))}

    return reference


def matrix(table: Table) -> Any:
    """The columns side by side."""
    return np.column_stack(list(table.values()))


class OfSkops(AdapterConformance):
    """What both classes below share."""

    frameworks = ("sklearn", "skops", "scipy", "pandas", "joblib")

    @classmethod
    def adapter(cls) -> Adapter:
        """skops."""
        return SkopsAdapter()


class TestNamedColumns(OfSkops):
    """A pipeline over texts and numbers; boosted trees over numbers that may be missing."""

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Both were fitted on data frames."""
        frame = loans()
        outcome = np.where((frame.amount > 10) ^ (frame.purpose == "car"), "paid", "charged off")
        numbers = make_pipeline(SimpleImputer(), StandardScaler())
        columns = ColumnTransformer(
            [
                ("numbers", numbers, ["amount", "years"]),
                ("texts", OneHotEncoder(handle_unknown="ignore"), ["purpose"]),
                ("rest", "passthrough", ["owner"]),
            ]
        )
        holed = frame.assign(purpose=frame.purpose.mask(np.arange(ROWS) % 7 == 0))
        pipeline = make_pipeline(columns, LogisticRegression()).fit(holed, outcome)
        plain = frame[["amount", "years", "owner"]]
        trees = HistGradientBoostingRegressor(max_iter=8).fit(plain, frame.amount * frame.years)
        return (
            Sample("pipeline", pipeline, table_of(frame), binary(pipeline, pd.DataFrame)),
            Sample("trees", trees, table_of(plain), lambda table: {"prediction": trees.predict(pd.DataFrame(table))}),
        )


class TestMatrices(OfSkops):
    """Three classes from a forest; a support vector machine whose label is not its likeliest class."""

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Both were fitted on matrices without names."""
        frame = loans()[["amount", "years"]]
        classes = np.digitize(frame.amount, [8, 12])
        forest = RandomForestClassifier(8, n_jobs=2, random_state=0).fit(frame.to_numpy(), classes)
        machine = make_pipeline(StandardScaler(), Ridge()).fit(frame.to_numpy(), frame.amount)
        return (
            Sample("forest", forest, table_of(frame), several(forest, matrix)),
            Sample("ridge", machine, table_of(frame), lambda table: {"prediction": machine.predict(matrix(table))}),
        )
