"""XGBoost models pass the conformance kit: texts as categories, and numbers without names."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xgboost as xgb
from fairlead_contracts.adapters import Adapter, Table
from fairlead_contracts.testing import AdapterConformance, Sample
from fairlead_xgboost.adapter import XGBoostAdapter

ROWS = 150
RANDOM = np.random.default_rng(4)
TABLE = {
    "amount": RANDOM.normal(10, 3, ROWS),
    "years": RANDOM.integers(0, 12, ROWS),
    "owner": RANDOM.random(ROWS) > 0.5,
    "purpose": RANDOM.choice(["car", "house", "debt", ""], ROWS).astype(object),
}
LEVELS = ["house", "car", "", "debt"]


def typed(table: Table) -> pd.DataFrame:
    """The table as XGBoost takes it: texts as categories, with the levels of training."""
    return pd.DataFrame(table).assign(purpose=pd.Categorical(table["purpose"], categories=LEVELS))


class TestXGBoost(AdapterConformance):
    """A classifier with categories, by name; a bare booster on a matrix."""

    frameworks = ("xgboost", "numpy", "pandas", "scipy", "sklearn", "pyarrow")

    @classmethod
    def adapter(cls) -> Adapter:
        """XGBoost."""
        return XGBoostAdapter()

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Both are small."""
        outcome = ((TABLE["amount"] > 10) ^ (TABLE["purpose"] == "car")).astype(int)
        model = xgb.XGBClassifier(n_estimators=6, max_depth=3, enable_categorical=True).fit(typed(TABLE), outcome)
        numbers = {name: values for name, values in TABLE.items() if values.dtype != object}
        matrix = np.column_stack(list(numbers.values()))
        booster = xgb.train({"max_depth": 3}, xgb.DMatrix(matrix, matrix[:, 0] * matrix[:, 1]), 6)

        def classified(table: Table) -> Mapping[str, Any]:
            rows = typed(table)
            return {"probability": model.predict_proba(rows)[:, 1], "label": model.predict(rows)}

        def regressed(table: Table) -> Mapping[str, Any]:
            return {"prediction": booster.predict(xgb.DMatrix(np.column_stack(list(table.values()))))}

        def explained(table: Table) -> Any:
            rows = xgb.DMatrix(typed(table), enable_categorical=True)
            return model.get_booster().predict(rows, pred_contribs=True)

        return Sample("loans", model, TABLE, classified, explained), Sample("booster", booster, numbers, regressed)
