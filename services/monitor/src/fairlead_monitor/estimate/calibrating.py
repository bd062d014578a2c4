"""Scores turned into chances, by rows whose outcome is known."""

from dataclasses import dataclass

import numpy as np

from fairlead_monitor.accuracy.binary import Bools
from fairlead_monitor.accuracy.intervals import Floats

GROUPS = 500
"""Scores are pooled into at most so many groups of equal size before they are fitted."""
DRAWN = 3
"""One in so many of the known rows is drawn in a bootstrap."""


@dataclass(frozen=True)
class Calibration:
    """A never falling function of the score, linear between its points: `scores` rises, `chances` does not fall."""

    scores: Floats
    chances: Floats

    def of(self, score: Floats) -> Floats:
        """The chance of the positive class for each score; outside the points it stays as at their end."""
        chance: Floats = np.interp(score, self.scores, self.chances)
        return chance


@dataclass(frozen=True)
class Groups:
    """Rows whose outcome is known, pooled by score. Shapes: (g,), ordered by score; `scores` are the groups' means."""

    scores: Floats
    positives: Floats
    counts: Floats

    @classmethod
    def of(cls, truth: Bools, score: Floats) -> "Groups":
        """Pool outcomes, shape (n,), by their scores. Equal scores are in one group."""
        order = np.argsort(score, kind="stable")
        scores, outcomes = score[order], truth[order].astype(np.float64)
        size = max(1, -(-scores.size // GROUPS))
        starts, last = [0], 0
        for change in np.flatnonzero(np.diff(scores)) + 1:
            if change - last >= size:
                starts.append(int(change))
                last = int(change)
        counts = np.diff([*starts, scores.size]).astype(np.float64)
        return cls(np.add.reduceat(scores, starts) / counts, np.add.reduceat(outcomes, starts), counts)

    def redrawn(self, rng: np.random.Generator) -> "Groups":
        """A bootstrap of the rows, as what it does to the groups: how often each is drawn, and with which outcomes.

        A third of the rows is drawn: of a fit that is not smooth a whole bootstrap says too narrow an interval, and m
        out of n does not. Source: Bickel, Goetze and van Zwet (1997), Statistica Sinica 7, 1-31.
        """
        counts = rng.multinomial(max(1, int(self.counts.sum()) // DRAWN), self.counts / self.counts.sum())
        positives = rng.binomial(counts, self.positives / self.counts)
        drawn = counts > 0
        return Groups(self.scores[drawn], positives[drawn].astype(np.float64), counts[drawn].astype(np.float64))


def calibrated(groups: Groups) -> Calibration:
    """Isotonic regression of outcomes on scores: Zadrozny and Elkan (2002), KDD, 694-699.

    By pooling adjacent violators: Ayer et al. (1955), Ann. Math. Stat. 26, 641-647.
    """
    blocks: list[list[float]] = []  # share, weight, how many groups
    for share, weight in zip((groups.positives / groups.counts).tolist(), groups.counts.tolist(), strict=True):
        blocks.append([share, weight, 1.0])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (a, m, i), (b, n, j) = blocks[-2:]
            blocks[-2:] = [[(a * m + b * n) / (m + n), m + n, i + j]]
    chances = np.repeat([each[0] for each in blocks], [int(each[2]) for each in blocks])
    return Calibration(groups.scores, chances)
