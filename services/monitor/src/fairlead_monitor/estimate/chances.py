"""Metrics of two classes from chances instead of outcomes: CBPE, confidence-based performance estimation.

Source: Kivimaki et al. (2024), Confidence-based estimators for predictive performance in model monitoring,
arXiv 2407.08649; NannyML's method of that name. With outcomes of 0 and 1 for chances each is the metric itself.
"""

from collections.abc import Callable

import numpy as np

from fairlead_monitor.accuracy.binary import CLIP, Bools
from fairlead_monitor.accuracy.intervals import Floats, Measured, normal
from fairlead_monitor.estimate.calibrating import Groups, calibrated

DRAWS = 60
_BOUNDS = {"log_loss": (0.0, float("inf"))}


class Scored:
    """Rows to be estimated, with what does not change from draw to draw. Shapes: `score` and `said` (n,)."""

    def __init__(self, score: Floats, said: Bools) -> None:
        self.score, self.said = score, said
        clipped = np.clip(score, CLIP, 1.0 - CLIP)
        self._yes, self._no = -np.log(clipped), -np.log1p(-clipped)
        self._right, self._wrong = (1.0 - score) ** 2, score**2
        _, self._place = np.unique(score, return_inverse=True)

    def expected(self, chance: Floats) -> dict[str, float]:
        """What the metrics will be in the mean when each row comes true with its chance, shape (n,)."""
        hit, came, answered = float(chance[self.said].sum()), float(chance.sum()), float(self.said.sum())
        right, no = 2.0 * hit + chance.size - answered - came, 1.0 - chance
        found = {
            "auc": self._auc(chance, came),
            "log_loss": float(np.mean(chance * self._yes + no * self._no)),
            "brier": float(np.mean(chance * self._right + no * self._wrong)),
            "accuracy": right / chance.size,
            "precision": hit / answered if answered else None,
            "recall": hit / came if came else None,
            "f1": 2.0 * hit / (answered + came) if answered + came else None,
        }
        return {name: value for name, value in found.items() if value is not None}

    def _auc(self, chance: Floats, positives: float) -> float | None:
        negatives = chance.size - positives
        if min(positives, negatives) < CLIP:
            return None
        positive = np.bincount(self._place, weights=chance)
        negative = np.bincount(self._place, weights=1.0 - chance)
        below = np.cumsum(negative) - negative
        return float((positive * (below + negative / 2.0)).sum() / (positives * negatives))


def estimated(known: tuple[Bools, Floats], score: Floats, said: Bools, level: float, seed: int) -> dict[str, Measured]:
    """Each metric of rows without outcomes; `known`: outcomes and scores of rows from before.

    The interval is where the metric of these rows will lie if outcomes go by scores as they did: it holds what the draw
    of the outcomes does, and what is not known of the chances, by a bootstrap of the known rows (Efron, 1979).
    """
    groups, rows = Groups.of(*known), Scored(score, said)
    rng = np.random.default_rng(seed)

    def drawn() -> dict[str, float]:
        chance = calibrated(groups.redrawn(rng)).of(score)
        return rows.expected((rng.random(score.size) < chance).astype(np.float64))

    return spread(rows.expected(calibrated(groups).of(score)), drawn, level)


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
