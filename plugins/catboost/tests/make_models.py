"""Make the models that tests without CatBoost read: `python make_models.py`, with CatBoost and pandas installed."""

import json
from pathlib import Path
from typing import Any

import catboost
import numpy as np
import pandas as pd

FOLDER = Path(__file__).with_name("models")
QUIET = {"iterations": 6, "depth": 3, "verbose": 0, "allow_writing_files": False, "random_seed": 5}


def main() -> None:
    """Four models, and what CatBoost itself says of the rows that they are scored on."""
    random = np.random.default_rng(8)
    frame = pd.DataFrame({"a": random.normal(size=80), "b": random.normal(size=80)})
    frame.loc[::9, "a"] = np.nan
    score = frame.a.fillna(1) - frame.b
    three = catboost.CatBoostClassifier(**QUIET).fit(frame, np.digitize(score, [-0.5, 0.8]))
    two = catboost.CatBoostClassifier(**QUIET, nan_mode="Max").fit(frame, np.where(score > 0, "yes", "no"))
    counts = catboost.CatBoostRegressor(**QUIET, loss_function="Poisson").fit(frame.to_numpy(), np.exp(score / 4))
    texts = frame.assign(c=pd.Series(["x", "y"] * 40, dtype=object))
    category = catboost.CatBoostClassifier(**QUIET).fit(texts, (score > 0).astype(int), cat_features=["c"])
    rows = frame.head(12)
    said: dict[str, Any] = {
        "three": {f"probability_{at}": column for at, column in enumerate(three.predict_proba(rows).T.tolist())},
        "two": {"probability": two.predict_proba(rows)[:, 1].tolist(), "label": two.predict(rows).tolist()},
        "counts": {"prediction": counts.predict(rows.to_numpy()).tolist()},
    }
    for name, model in {"three": three, "two": two, "counts": counts, "category": category}.items():
        model.save_model(str(FOLDER / f"{name}.cbm"))
    table = {name: [None if each != each else each for each in rows[name].tolist()] for name in rows}
    (FOLDER / "said.json").write_text(json.dumps({"table": table, "outputs": said}, indent=1) + "\n")


if __name__ == "__main__":
    main()
