"""Pipelines pass the conformance kit: two frameworks to one calibrated decision, and a limited prediction."""

from collections.abc import Mapping
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
from fairlead_contracts.adapters import Adapter, Table
from fairlead_contracts.testing import AdapterConformance, Sample
from fairlead_pipeline import Calibrate, Combine, Fill, Limit, Pipeline, Platt, Threshold
from fairlead_pipeline.adapter import PipelineAdapter
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier

RANDOM = np.random.default_rng(8)
TABLE = {"amount": RANDOM.normal(10, 3, 120), "ratio": RANDOM.random(120)}


class TestPipeline(AdapterConformance):
    """Scaled, scored by XGBoost and LightGBM, weighted, calibrated, decided; and a regressor of one model."""

    frameworks = ("lightgbm", "xgboost", "numpy", "pandas", "scipy", "sklearn")
    loads = 200

    @classmethod
    def adapter(cls) -> Adapter:
        """Pipelines."""
        return PipelineAdapter()

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Both are small."""
        rows = pd.DataFrame(TABLE)
        outcome = (TABLE["amount"] + 5 * TABLE["ratio"] > 12).astype(int)
        scaler = StandardScaler().set_output(transform="pandas").fit(rows)
        scaled = scaler.transform(rows)
        trees = XGBClassifier(n_estimators=4, max_depth=2).fit(scaled, outcome)
        light = lgb.LGBMClassifier(n_estimators=4, num_leaves=5, min_child_samples=5, verbose=-1).fit(scaled, outcome)
        line = lgb.LGBMRegressor(n_estimators=4, num_leaves=5, min_child_samples=5, verbose=-1).fit(rows, rows.amount)
        decided = Pipeline(
            {
                "filled": Fill(values={"amount": 10.0, "ratio": 0.5}), "scaled": scaler, "trees": trees, "light": light,
                "both": Combine(of=("trees", "light"), how="weighted", weights={"trees": 3, "light": 1}),
                "sure": Calibrate(platt=Platt(slope=1.5, intercept=-0.2)), "decided": Threshold(at=0.4),
            }
        )  # fmt: skip

        def classified(table: Table) -> Mapping[str, Any]:
            given = scaler.transform(pd.DataFrame(table).fillna({"amount": 10.0, "ratio": 0.5}))
            mixed = (3 * trees.predict_proba(given)[:, 1].astype(float) + light.predict_proba(given)[:, 1]) / 4
            chance = 1 / (1 + np.exp(-(1.5 * np.log(mixed / (1 - mixed)) - 0.2)))
            return {"probability": chance, "label": np.where(chance >= 0.4, "1", "0")}

        def regressed(table: Table) -> Mapping[str, Any]:
            return {"prediction": np.clip(line.predict(pd.DataFrame(table)), 8, 12)}

        limited = Pipeline({"line": line, "kept": Limit(low=8, high=12)})
        return Sample("decided", decided, TABLE, classified), Sample("limited", limited, TABLE, regressed)
