"""Whether probabilities mean what they say. `truth` (n,) bool, `score` (n,) in [0, 1]; n at least 1."""

from dataclasses import dataclass

import numpy as np

from fairlead_monitor.accuracy.binary import Bools
from fairlead_monitor.accuracy.intervals import Floats, Measured, mean, proportion

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Rows whose probability lies in one tenth: how many, what they said in the mean, and how often it came true."""

    rows: int
    predicted: float
    observed: Measured


def bias(truth: Bools, score: Floats, level: float) -> Measured:
    """Mean probability less the share that came true: calibration in the large. 0 when they agree."""
    return mean(score - truth, level)


def error(bins: list[Bin]) -> float:
    """Expected calibration error: mean distance of said and observed over the bins, weighted by rows.

    It is above 0 by chance alone; the bins' intervals tell how much. Source: Naeini et al. (2015), AAAI, 2901-2907.
    """
    total = sum(each.rows for each in bins)
    return sum(each.rows * abs(each.predicted - each.observed.value) for each in bins) / total


def bins(truth: Bools, score: Floats, level: float) -> list[Bin]:
    """The ten tenths of [0, 1] that have rows, from low to high; a border belongs to the tenth above it."""
    places = np.minimum((score * BINS).astype(np.int64), BINS - 1)
    found = []
    for place in np.unique(places):
        rows = places == place
        observed = proportion(int(truth[rows].sum()), int(rows.sum()), level)
        if observed is not None:
            found.append(Bin(int(rows.sum()), float(score[rows].mean()), observed))
    return found
