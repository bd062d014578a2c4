"""Make the folders that tests without MLflow read: `python make_models.py`, with MLflow and the frameworks."""

import json
import shutil
from pathlib import Path
from typing import Any

import catboost
import lightgbm
import mlflow
import numpy as np
import pandas as pd
import xgboost
from mlflow.models import infer_signature
from sklearn.linear_model import LinearRegression, LogisticRegression

FOLDER = Path(__file__).with_name("models")


class Doubling(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    """Twice the first column."""

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        return model_input["a"] * 2.0


def main() -> None:
    """One folder a flavour, and what MLflow's own loaded models say of the rows that they are scored on."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    random = np.random.default_rng(6)
    frame = pd.DataFrame({"a": random.normal(size=60), "b": random.normal(size=60)})
    label, number = (frame.a - frame.b > 0).astype(int), frame.a * 2 - frame.b
    named, double = infer_signature(frame, label), infer_signature(frame, number)
    quiet = {"iterations": 4, "depth": 3, "verbose": 0, "allow_writing_files": False}
    linear, logistic = LinearRegression().fit(frame.to_numpy(), number), LogisticRegression().fit(frame, label)
    boosted = xgboost.XGBClassifier(n_estimators=3, max_depth=2).fit(frame, label)
    light = lightgbm.LGBMRegressor(n_estimators=3, num_leaves=4, verbose=-1).fit(frame, number).booster_
    cat = catboost.CatBoostRegressor(**quiet).fit(frame, number)
    skops = {"serialization_format": "skops"}
    mlflow.sklearn.save_model(logistic, FOLDER / "sklearn", signature=named, **skops)
    mlflow.sklearn.save_model(linear, FOLDER / "sklearn-matrix", signature=double, **skops)
    mlflow.sklearn.save_model(logistic, FOLDER / "sklearn-pickle", signature=named, serialization_format="cloudpickle")
    mlflow.xgboost.save_model(boosted, FOLDER / "xgboost", signature=named)
    mlflow.lightgbm.save_model(light, FOLDER / "lightgbm", signature=double)
    mlflow.catboost.save_model(cat, FOLDER / "catboost", signature=double)
    mlflow.pyfunc.save_model(FOLDER / "pyfunc", python_model=Doubling(), signature=double)
    rows = frame.head(12)
    said: dict[str, Any] = {
        "sklearn": {"probability": logistic.predict_proba(rows)[:, 1]},
        "sklearn-matrix": {"prediction": linear.predict(rows.to_numpy())},
        "xgboost": {"probability": boosted.predict_proba(rows)[:, 1]},
    }
    for flavor in ("lightgbm", "catboost", "pyfunc"):
        said[flavor] = {"prediction": np.asarray(mlflow.pyfunc.load_model(FOLDER / flavor).predict(rows))}
    outputs = {flavor: {name: values.tolist() for name, values in found.items()} for flavor, found in said.items()}
    table = {name: rows[name].tolist() for name in rows}
    (FOLDER / "said.json").write_text(json.dumps({"table": table, "outputs": outputs}, indent=1) + "\n")
    for cache in FOLDER.rglob("__pycache__"):
        shutil.rmtree(cache)


if __name__ == "__main__":
    main()
