"""The linear model at the end: its coefficients, and what it makes of its scores."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from fairlead_sklearn.additive.features import NotAdditiveError

Array: TypeAlias = np.ndarray[Any, Any]
_REGRESSORS = frozenset(
    (
        "LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "LassoLars", "LassoLarsCV", "LassoLarsIC", "Lars",
        "LarsCV", "ElasticNet", "ElasticNetCV", "SGDRegressor", "LinearSVR", "HuberRegressor", "BayesianRidge",
        "ARDRegression", "TheilSenRegressor", "QuantileRegressor", "OrthogonalMatchingPursuit",
        "OrthogonalMatchingPursuitCV",
    )
)  # fmt: skip
_EXPONENTIAL = ("PoissonRegressor", "GammaRegressor")
_LOGISTIC = ("LogisticRegression", "LogisticRegressionCV", "SGDClassifier", "LinearDiscriminantAnalysis")


@dataclass(frozen=True)
class Head:
    """`weights` (scores, features), `bias` (scores,); `link` makes (scores, rows) into what the card's outputs are.

    One score gives the chance of the second class, or the prediction; more give the chances of all classes.
    """

    weights: Array
    bias: Array
    link: Callable[[Array], Array]


def head_of(model: Any) -> Head:
    """The linear model. Raises: NotAdditiveError when it is none that is known."""
    name = type(model).__name__
    if not type(model).__module__.startswith("sklearn."):
        raise NotAdditiveError(name)
    if name in _REGRESSORS or name in _EXPONENTIAL:
        link = np.exp if name in _EXPONENTIAL else _same
        weights = np.atleast_2d(np.asarray(model.coef_, dtype=np.float64))
    elif name in _LOGISTIC and (name != "SGDClassifier" or model.loss == "log_loss"):
        weights = np.asarray(model.coef_, dtype=np.float64)
        several = _softmax if name != "SGDClassifier" else _one_against_the_rest
        link = logistic if len(weights) == 1 else several
    else:
        raise NotAdditiveError(name)
    bias = np.broadcast_to(np.asarray(model.intercept_, dtype=np.float64), len(weights))
    return Head(weights, bias, link)


def logistic(scores: Array) -> Array:
    """1 / (1 + exp(-score)), without overflow."""
    small = np.exp(-np.abs(scores))
    chances: Array = np.where(scores >= 0, 1.0, small) / (1.0 + small)
    return chances


def _same(scores: Array) -> Array:
    return scores


def _softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(axis=0))
    chances: Array = powers / powers.sum(axis=0)
    return chances


def _one_against_the_rest(scores: Array) -> Array:
    chances = logistic(scores)
    shared: Array = chances / chances.sum(axis=0)
    return shared
