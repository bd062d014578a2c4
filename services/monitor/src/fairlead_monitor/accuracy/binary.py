"""Two classes. `truth` (n,) bool: whether the positive class came true; `score` (n,): its probability; n at least 1."""

from math import sqrt
from typing import Any

import numpy as np

from fairlead_monitor.accuracy.intervals import Floats, Measured, logit, mean, proportion

Bools = np.ndarray[Any, np.dtype[np.bool_]]
CLIP = 1e-15


def auc(truth: Bools, score: Floats, level: float) -> Measured | None:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties counted half.

    None when there is but one class. Sources: Hanley and McNeil (1982), Radiology 143, 29-36, by Mann-Whitney's U; its
    variance by DeLong et al. (1988), Biometrics 44, 837-845, computed from midranks as Sun and Xu (2014), IEEE Signal
    Processing Letters 21, 1389-1393; the interval on the log-odds scale.
    """
    positive, negative = score[truth], score[~truth]
    if not positive.size or not negative.size:
        return None
    together = _midranks(np.concatenate([positive, negative]))
    above = (together[: positive.size] - _midranks(positive)) / negative.size
    below = 1.0 - (together[positive.size :] - _midranks(negative)) / positive.size
    value = float(above.mean())
    if min(positive.size, negative.size) < 2:
        return Measured(value)
    variance = float(above.var(ddof=1)) / positive.size + float(below.var(ddof=1)) / negative.size
    return logit(value, sqrt(variance), level)


def _midranks(values: Floats) -> Floats:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(counts) - (counts - 1) / 2.0)[inverse]
    return ranks


def log_loss(truth: Bools, score: Floats, level: float) -> Measured:
    """Mean negative log likelihood in nats, of probabilities clipped to [1e-15, 1 - 1e-15]."""
    clipped = np.clip(score, CLIP, 1.0 - CLIP)
    return mean(-np.where(truth, np.log(clipped), np.log1p(-clipped)), level, low=0.0)


def brier(truth: Bools, score: Floats, level: float) -> Measured:
    """Mean squared difference of probability and outcome. Source: Brier (1950), Mon. Weather Rev. 78, 1-3."""
    return mean((score - truth) ** 2, level, low=0.0)


def decided(truth: Bools, said: Bools, level: float) -> dict[str, Measured]:
    """Accuracy, precision, recall and F1 of what was answered; what would divide by nothing is left out.

    Shares by Wilson's interval. F1 is 2 s / (1 + s) of the share s = TP / (TP + FP + FN); so is its interval.
    """
    hit, false, missed = int((truth & said).sum()), int((~truth & said).sum()), int((truth & ~said).sum())
    union = proportion(hit, hit + false + missed, level)
    found = {
        "accuracy": proportion(int((truth == said).sum()), truth.size, level),
        "precision": proportion(hit, hit + false, level),
        "recall": proportion(hit, hit + missed, level),
        "f1": None if union is None else Measured(*(2.0 * each / (1.0 + each) for each in _ends(union))),
    }
    return {name: each for name, each in found.items() if each is not None}


def _ends(share: Measured) -> tuple[float, float, float]:
    return share.value, share.low or 0.0, share.high if share.high is not None else 1.0
