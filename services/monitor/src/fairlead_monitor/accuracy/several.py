"""Any number of classes. `truth` and `said` (n,): places in the classes; `scores` (n, k): a probability for each."""

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np

from fairlead_monitor.accuracy.binary import CLIP, auc
from fairlead_monitor.accuracy.intervals import Floats, Measured, mean, normal, proportion

Ints = np.ndarray[Any, np.dtype[np.int64]]


def confusion(truth: Ints, said: Ints, classes: int) -> Ints:
    """Counts, shape (classes, classes): rows are what came true, columns what was answered."""
    counts = np.bincount(truth * classes + said, minlength=classes * classes)
    return counts.reshape(classes, classes)


def decided(counts: Ints, level: float) -> dict[str, Measured]:
    """Accuracy, and precision, recall and F1 in the mean over the classes that came true or were answered.

    A class that was never answered has precision 0, one that never came true recall 0. Intervals of the means by the
    delta method on the multinomial counts: Agresti (2013), Categorical Data Analysis, 3rd edition, section 16.1.
    """
    total = int(counts.sum())
    accuracy = proportion(int(np.trace(counts)), total, level)
    shares = counts / total
    known = np.flatnonzero(counts.sum(axis=0) + counts.sum(axis=1))
    found = {name: _macro(shares, known, each, total, level) for name, each in _MEANS.items()}
    return ({"accuracy": accuracy} if accuracy else {}) | found


def _macro(shares: Floats, known: Ints, of: "Callable[[float, float], float]", total: int, level: float) -> Measured:
    value, slope = 0.0, np.zeros_like(shares)
    for k in known:
        hit, row, column = shares[k, k], shares[k].sum(), shares[:, k].sum()
        by_row, by_column = of(1.0, 0.0), of(0.0, 1.0)
        below = by_row * row + by_column * column
        if below == 0.0:
            continue
        value += hit / below
        slope[k, k] += 1.0 / below
        slope[k] -= by_row * hit / below**2
        slope[:, k] -= by_column * hit / below**2
    value, slope = value / known.size, slope / known.size
    variance = max(0.0, float((shares * slope**2).sum() - (shares * slope).sum() ** 2)) / total
    return normal(value, sqrt(variance), level, 0.0, 1.0)


_MEANS: "dict[str, Callable[[float, float], float]]" = {
    "precision": lambda _row, column: column,
    "recall": lambda row, _column: row,
    "f1": lambda row, column: (row + column) / 2.0,
}
"""What a class's hits are divided by, of how often it came true and how often it was answered."""


def log_loss(truth: Ints, scores: Floats, level: float) -> Measured:
    """Mean negative log likelihood in nats of what came true; each row's probabilities are made to add up to 1."""
    shares = scores / np.maximum(scores.sum(axis=1, keepdims=True), CLIP)
    chosen = np.clip(shares[np.arange(truth.size), truth], CLIP, 1.0 - CLIP)
    return mean(-np.log(chosen), level, low=0.0)


def brier(truth: Ints, scores: Floats, level: float) -> Measured:
    """Squared distance of probabilities and outcome, summed over the classes. Source: Brier (1950)."""
    outcome = np.eye(scores.shape[1])[truth]
    return mean(((scores - outcome) ** 2).sum(axis=1), level, low=0.0)


def auc_of_each(truth: Ints, scores: Floats, level: float) -> Measured | None:
    """Area under the ROC curve of each class against the others, in the mean over the classes that came true.

    None when one class alone came true. The interval is the mean of the classes' intervals: no narrower than that of
    the mean, whatever hangs together.
    """
    found = [auc(truth == k, scores[:, k], level) for k in range(scores.shape[1]) if (truth == k).any()]
    known = [each for each in found if each is not None]
    if len(known) < 2:
        return None
    value = float(np.mean([each.value for each in known]))
    ends = [(each.low, each.high) for each in known if each.low is not None and each.high is not None]
    if len(ends) < len(known):
        return Measured(value)
    return Measured(value, float(np.mean([low for low, _ in ends])), float(np.mean([high for _, high in ends])))
