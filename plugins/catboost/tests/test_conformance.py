"""CatBoost models pass the conformance kit; needs CatBoost, `tox -e catboost`."""

from typing import Any

import numpy as np
import pytest
from fairlead_catboost import CatBoostAdapter
from fairlead_contracts.adapters import Adapter
from fairlead_contracts.testing import AdapterConformance, Sample

catboost = pytest.importorskip("catboost")
pd = pytest.importorskip("pandas")

ROWS = 120
QUIET = {"iterations": 12, "depth": 4, "verbose": 0, "allow_writing_files": False, "thread_count": 1, "random_seed": 3}


def data() -> tuple[dict[str, Any], Any]:
    random = np.random.default_rng(2)
    table = {"a": random.normal(size=ROWS), "b": random.normal(size=ROWS), "n": random.integers(0, 6, ROWS)}
    return table, table["a"] - table["b"] + table["n"]


def matrix(table: Any) -> Any:
    return np.column_stack(list(table.values()))


class Kit(AdapterConformance):
    """What both share."""

    frameworks = ("catboost", "pandas")
    __test__ = False

    @classmethod
    def adapter(cls) -> Adapter:
        """The one under test."""
        return CatBoostAdapter()


class TestNumbers(Kit):
    """Symmetric trees over numbers, which numpy scores."""

    __test__ = True

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Three classes on a matrix with missing values, and two on a frame."""
        table, outcome = data()
        holed = {name: values.astype(float) for name, values in table.items()}
        holed["a"][::7] = np.nan
        kinds = np.array(["low", "middle", "high"])[np.digitize(outcome, [1.5, 3.5])]
        three = catboost.CatBoostClassifier(**QUIET).fit(matrix(holed), kinds)
        two = catboost.CatBoostClassifier(**QUIET, nan_mode="Max").fit(pd.DataFrame(table), outcome > 2)

        def chances(table: Any) -> Any:
            found = three.predict_proba(matrix(table))
            named = {f"probability_{each}": found[:, at] for at, each in enumerate(three.classes_)}
            return {**named, "label": three.predict(matrix(table))[:, 0]}

        def chance(table: Any) -> Any:
            frame = pd.DataFrame(table)[["a", "b", "n"]]
            return {"probability": two.predict_proba(frame)[:, 1], "label": two.predict(frame)}

        def shap(model: Any, rows: Any) -> Any:
            return model.get_feature_importance(catboost.Pool(rows), type="ShapValues")

        full = {name: values.astype(float) for name, values in table.items()}
        return (
            Sample("three classes", three, full, chances, lambda table: shap(three, matrix(table))),
            Sample("two classes", two, table, chance, lambda table: shap(two, pd.DataFrame(table))),
        )


class TestCategories(Kit):
    """Categories and trees of other shapes, which CatBoost scores."""

    __test__ = True
    loads = 300
    growth_limit = 16 << 20

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """A classifier with texts, and a regressor grown leaf by leaf."""
        table, outcome = data()
        texts = {**table, "c": np.array(["x", "y", "z"], dtype=object)[table["n"] % 3]}
        frame = pd.DataFrame({**texts, "c": pd.Series(texts["c"], dtype=object)})
        first = catboost.CatBoostClassifier(**QUIET).fit(frame, (outcome > 2).astype(int), cat_features=["c"])
        uneven = {**QUIET, "grow_policy": "Lossguide"}
        second = catboost.CatBoostRegressor(**uneven, loss_function="Poisson").fit(matrix(table), np.exp(outcome / 4))

        def framed(table: Any) -> Any:
            return pd.DataFrame({each: pd.Series(values, dtype=values.dtype) for each, values in table.items()})

        return (
            Sample("texts", first, texts, lambda t: {"probability": first.predict_proba(framed(t)[list(texts)])[:, 1]}),
            Sample("counts", second, table, lambda t: {"prediction": second.predict(matrix(t))}),
        )
