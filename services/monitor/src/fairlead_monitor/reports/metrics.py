"""Accuracy of scores against what came true. Shapes: all arrays (n,); n at least 1."""

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
_CLIP = 1e-15


def auc(truth: Bools, score: Floats) -> float | None:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties counted half.

    None when there is but one class. Source: Hanley and McNeil (1982), Radiology 143, 29-36, by Mann-Whitney's U.
    """
    positives = int(truth.sum())
    negatives = truth.size - positives
    if positives == 0 or negatives == 0:
        return None
    values, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2.0
    rank_sum = float(ranks[inverse][truth].sum())
    return (rank_sum - positives * (positives + 1) / 2.0) / (positives * negatives) if values.size else None


def log_loss(truth: Bools, score: Floats) -> float:
    """Mean negative log likelihood in nats, of probabilities clipped to [1e-15, 1 - 1e-15]."""
    clipped = np.clip(score, _CLIP, 1.0 - _CLIP)
    return float(-np.mean(np.where(truth, np.log(clipped), np.log1p(-clipped))))


def brier(truth: Bools, score: Floats) -> float:
    """Mean squared difference of probability and outcome. Source: Brier (1950), Mon. Weather Rev. 78, 1-3."""
    return float(np.mean((score - truth) ** 2))


def classification(truth: Bools, score: Floats) -> dict[str, float]:
    """AUC (where both classes are there), log loss, Brier score and accuracy at 0.5."""
    area = auc(truth, score)
    known = {} if area is None else {"auc": area}
    accuracy = float(np.mean((score >= 0.5) == truth))
    return known | {"log_loss": log_loss(truth, score), "brier": brier(truth, score), "accuracy": accuracy}


def regression(truth: Floats, prediction: Floats) -> dict[str, float]:
    """Mean absolute and root mean squared error, in the target's units."""
    difference = prediction - truth
    return {"mae": float(np.mean(np.abs(difference))), "rmse": float(np.sqrt(np.mean(difference**2)))}
