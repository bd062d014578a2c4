"""From the sum of the terms to the mean: the inverses of statsmodels' links, by their definitions."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
_ROOT = math.sqrt(0.5)
_erfc = np.vectorize(math.erfc, otypes=[np.float64])

INVERSES: dict[str, Callable[[Array], Array]] = {
    "Identity": lambda raw: raw,
    "Log": np.exp,
    "Logit": lambda raw: np.exp(-np.logaddexp(0.0, -raw)),
    "Probit": lambda raw: 0.5 * _erfc(-_ROOT * raw) if len(raw) else raw,
    "CLogLog": lambda raw: -np.expm1(-np.exp(raw)),
    "LogLog": lambda raw: np.exp(-np.exp(-raw)),
    "Cauchy": lambda raw: 0.5 + np.arctan(raw) / math.pi,
    "Sqrt": np.square,
    "InversePower": lambda raw: 1.0 / raw,
    "InverseSquared": lambda raw: 1.0 / np.sqrt(raw),
}


def softmax(raw: Array) -> Array:
    """(rows, classes) from (rows, classes - 1): the first class is the base, whose score is 0."""
    whole = np.column_stack([np.zeros(len(raw)), raw])
    powers: Array = np.exp(whole - whole.max(axis=1, keepdims=True))
    chances: Array = powers / powers.sum(axis=1, keepdims=True)
    return chances
