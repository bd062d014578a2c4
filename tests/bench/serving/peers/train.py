"""Train one of the two models in the environment of whoever serves it: `train.py lr|gb DATA.npz MODEL.joblib`."""

import sys
from typing import Any

import numpy as np


def trained(kind: str, rows: Any, labels: Any) -> Any:
    """Logistic regression, or 100 trees; one thread, so that every server has the same core."""
    if kind == "lr":
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(max_iter=1_000).fit(rows, labels)
    from lightgbm import LGBMClassifier

    return LGBMClassifier(n_estimators=100, n_jobs=1, verbose=-1, deterministic=True, random_state=0).fit(rows, labels)


if __name__ == "__main__":
    import joblib

    data = np.load(sys.argv[2])
    joblib.dump(trained(sys.argv[1], data["rows"], data["labels"]), sys.argv[3])
