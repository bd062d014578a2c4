"""Metrics of two classes from chances instead of outcomes: CBPE, confidence-based performance estimation.

Source: Kivimaki et al. (2024), Confidence-based estimators for predictive performance in model monitoring,
arXiv 2407.08649; NannyML's method of that name. With outcomes of 0 and 1 for chances each is the metric itself.
"""

from collections.abc import Callable

import numpy as np

from fairlead_monitor.accuracy.binary import CLIP, Bools
from fairlead_monitor.accuracy.intervals import Floats, Measured, normal
from fairlead_monitor.estimate.calibrating import calibrated

DRAWS = 60
_BOUNDS = {"log_loss": (0.0, float("inf"))}


def expected(chance: Floats, score: Floats, said: Bools) -> dict[str, float]:
    """What the metrics of rows, shapes (n,), will be in the mean when each comes true with its chance."""
    hit, came, answered = float(chance[said].sum()), float(chance.sum()), float(said.sum())
    right = hit + float((1.0 - chance[~said]).sum())
    clipped = np.clip(score, CLIP, 1.0 - CLIP)
    found = {
        "auc": _auc(chance, score),
        "log_loss": float(-np.mean(chance * np.log(clipped) + (1.0 - chance) * np.log1p(-clipped))),
        "brier": float(np.mean(chance * (1.0 - score) ** 2 + (1.0 - chance) * score**2)),
        "accuracy": right / chance.size,
        "precision": hit / answered if answered else None,
        "recall": hit / came if came else None,
        "f1": 2.0 * hit / (answered + came) if answered + came else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _auc(chance: Floats, score: Floats) -> float | None:
    positives = float(chance.sum())
    negatives = chance.size - positives
    if min(positives, negatives) < CLIP:
        return None
    _, inverse = np.unique(score, return_inverse=True)
    positive = np.bincount(inverse, weights=chance)
    negative = np.bincount(inverse, weights=1.0 - chance)
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2.0)).sum() / (positives * negatives))


def estimated(known: tuple[Bools, Floats], score: Floats, said: Bools, level: float, seed: int) -> dict[str, Measured]:
    """Each metric of rows without outcomes; `known`: outcomes and scores of rows from before.

    The interval is where the metric of these rows will lie if outcomes go by scores as they did: it holds what the draw
    of the outcomes does, and what is not known of the chances, by a bootstrap of the known rows (Efron, 1979).
    """
    truth, before = known
    chance = calibrated(truth, before).of(score)
    rng = np.random.default_rng(seed)

    def drawn() -> dict[str, float]:
        again = rng.integers(0, truth.size, truth.size)
        redrawn = calibrated(truth[again], before[again]).of(score)
        return expected((rng.random(score.size) < redrawn).astype(np.float64), score, said)

    return spread(expected(chance, score, said), drawn, level)


def spread(middle: dict[str, float], drawn: Callable[[], dict[str, float]], level: float) -> dict[str, Measured]:
    """Values with normal intervals from the spread of what is drawn again and again."""
    draws = [drawn() for _ in range(DRAWS)]
    found = {}
    for name, value in middle.items():
        values = [each[name] for each in draws if name in each]
        if len(values) < 2:
            continue
        low, high = _BOUNDS.get(name, (0.0, 1.0))
        found[name] = normal(value, float(np.std(values, ddof=1)), level, low, high)
    return found
