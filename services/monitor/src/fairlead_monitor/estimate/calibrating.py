"""Scores turned into chances, by rows whose outcome is known."""

from dataclasses import dataclass

import numpy as np

from fairlead_monitor.accuracy.binary import Bools
from fairlead_monitor.accuracy.intervals import Floats

GROUPS = 500
"""Scores are pooled into at most so many groups of equal size before they are fitted."""


@dataclass(frozen=True)
class Calibration:
    """A never falling function of the score, linear between its points: `scores` rises, `chances` does not fall."""

    scores: Floats
    chances: Floats

    def of(self, score: Floats) -> Floats:
        """The chance of the positive class for each score; outside the points it stays as at their end."""
        chance: Floats = np.interp(score, self.scores, self.chances)
        return chance


def calibrated(truth: Bools, score: Floats) -> Calibration:
    """Isotonic regression of outcomes, shape (n,), on scores: Zadrozny and Elkan (2002), KDD, 694-699.

    By pooling adjacent violators: Ayer et al. (1955), Ann. Math. Stat. 26, 641-647.
    """
    scores, shares, weights = _groups(truth, score)
    blocks: list[list[float]] = []  # share, weight, how many groups
    for share, weight in zip(shares, weights, strict=True):
        blocks.append([share, weight, 1.0])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (a, m, i), (b, n, j) = blocks[-2:]
            blocks[-2:] = [[(a * m + b * n) / (m + n), m + n, i + j]]
    chances = np.repeat([each[0] for each in blocks], [int(each[2]) for each in blocks])
    return Calibration(scores, chances)


def _groups(truth: Bools, score: Floats) -> tuple[Floats, Floats, Floats]:
    order = np.argsort(score, kind="stable")
    scores, outcomes = score[order], truth[order].astype(np.float64)
    size = max(1, -(-scores.size // GROUPS))
    # A group ends only where the score changes, so equal scores have one chance.
    changes = np.flatnonzero(np.diff(scores)) + 1
    starts, last = [0], 0
    for change in changes:
        if change - last >= size:
            starts.append(int(change))
            last = int(change)
    counts = np.diff([*starts, scores.size]).astype(np.float64)
    return np.add.reduceat(scores, starts) / counts, np.add.reduceat(outcomes, starts) / counts, counts
