"""The two models: a logistic regression in a scikit-learn pipeline, and gradient-boosted trees."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from xgboost import XGBClassifier

from fairlead_cli.demo.loans import CATEGORICAL, NUMERIC, Loans

HELD_OUT = 0.2
IMPORTANCE_ROWS, REPEATS, SEED = 2_000, 2, 7


@dataclass(frozen=True)
class Trained:
    """A fitted model with how it did on the held-out rows, and each feature's importance (the largest is 1)."""

    name: str
    model: Any
    metrics: dict[str, float]
    importance: dict[str, float]


def logistic_regression(loans: Loans) -> Trained:
    """Numbers scaled, missing ones at their median and flagged; texts one-hot, missing a level of its own."""
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    texts = OneHotEncoder(handle_unknown="ignore")
    columns = ColumnTransformer([("numbers", numbers, list(NUMERIC)), ("texts", texts, list(CATEGORICAL))])
    model = make_pipeline(columns, LogisticRegression(max_iter=500, C=0.1))
    return _fitted("logistic regression", model, loans, lambda frame: frame)


def boosted_trees(loans: Loans) -> Trained:
    """XGBoost on the same columns; texts as its own categories."""
    levels = {name: sorted(set(loans.features[name].dropna())) for name in CATEGORICAL}

    def typed(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(**{name: pd.Categorical(frame[name], categories=levels[name]) for name in CATEGORICAL})

    model = XGBClassifier(
        n_estimators=150, max_depth=3, learning_rate=0.08, subsample=0.8, colsample_bytree=0.7, tree_method="hist",
        enable_categorical=True, random_state=SEED, n_jobs=2,
    )  # fmt: skip
    return _fitted("XGBoost", model, loans, typed)


def _fitted(name: str, model: Any, loans: Loans, typed: Any) -> Trained:
    cut = int(len(loans) * (1 - HELD_OUT))
    train, test = slice(None, cut), slice(cut, None)
    model.fit(typed(loans.features[train]), loans.outcome[train])
    held_out, truth = typed(loans.features[test]), loans.outcome[test]
    score = model.predict_proba(held_out)[:, 1]
    metrics = {"auc": float(roc_auc_score(truth, score)), "log_loss": float(log_loss(truth, score))}
    return Trained(name, model, metrics, _importance(model, held_out, truth))


def _importance(model: Any, frame: pd.DataFrame, truth: Any) -> dict[str, float]:
    chosen = np.random.default_rng(SEED).permutation(len(frame))[:IMPORTANCE_ROWS]
    found = permutation_importance(
        model, frame.iloc[chosen], truth.iloc[chosen], scoring="roc_auc", n_repeats=REPEATS, random_state=SEED
    )
    means = np.maximum(found.importances_mean, 0.0)
    return {name: round(float(value / means.max()), 4) for name, value in zip(frame.columns, means, strict=True)}
