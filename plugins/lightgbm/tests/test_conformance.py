"""LightGBM models pass the conformance kit: texts as categories with labels of their own, and numbers without names."""

from collections.abc import Mapping
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
from fairlead_contracts.adapters import Adapter, Table
from fairlead_contracts.testing import AdapterConformance, Sample
from fairlead_lightgbm.adapter import LightGBMAdapter

ROWS = 150
RANDOM = np.random.default_rng(4)
TABLE = {
    "amount": RANDOM.normal(10, 3, ROWS),
    "years": RANDOM.integers(0, 12, ROWS),
    "owner": RANDOM.random(ROWS) > 0.5,
    "purpose": RANDOM.choice(["car", "house", "débt", ""], ROWS).astype(object),
}
LEVELS = ["house", "car", "", "débt"]
SMALL: dict[str, Any] = {"n_estimators": 6, "num_leaves": 7, "min_child_samples": 5, "verbose": -1}


def typed(table: Table) -> pd.DataFrame:
    """The table as LightGBM takes it: texts as categories, with the levels of training."""
    return pd.DataFrame(table).assign(purpose=pd.Categorical(table["purpose"], categories=LEVELS))


class TestLightGBM(AdapterConformance):
    """A classifier with categories, by name; a bare booster on a matrix."""

    frameworks = ("lightgbm", "numpy", "pandas", "scipy", "sklearn", "pyarrow")

    @classmethod
    def adapter(cls) -> Adapter:
        """LightGBM."""
        return LightGBMAdapter()

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Both are small."""
        outcome = np.where((TABLE["amount"] > 10) ^ (TABLE["purpose"] == "car"), "yes", "no")
        model = lgb.LGBMClassifier(**SMALL).fit(typed(TABLE), outcome)
        numbers = {name: values for name, values in TABLE.items() if values.dtype != object}
        matrix = np.column_stack(list(numbers.values()))
        data = lgb.Dataset(matrix, matrix[:, 0] * matrix[:, 1])
        booster = lgb.train({"num_leaves": 7, "min_data_in_leaf": 5, "verbose": -1}, data, 6)

        def classified(table: Table) -> Mapping[str, Any]:
            rows = typed(table)
            return {"probability": model.predict_proba(rows)[:, 1], "label": model.predict(rows)}

        def regressed(table: Table) -> Mapping[str, Any]:
            return {"prediction": booster.predict(np.column_stack(list(table.values())))}

        return (
            Sample("loans", model, TABLE, classified, lambda table: model.predict(typed(table), pred_contrib=True)),
            Sample(
                "booster", booster, numbers, regressed,
                lambda table: booster.predict(np.column_stack(list(table.values())), pred_contrib=True),
            ),
        )  # fmt: skip
