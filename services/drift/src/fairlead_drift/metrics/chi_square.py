"""The two-sample chi-square statistic."""

import numpy as np

from fairlead_drift.features import Array
from fairlead_drift.pairs import Pairs


def chi_square(pairs: Pairs) -> Array:
    """Two-sample chi-square over the bins in use, sum (b - e)^2 / (e (1 - n / (n + m))), e = (a + b) n / (n + m).

    Shapes: (f,) float64. Zero where a side has no rows.
    Source: Pearson (1900), Philos. Mag. 50, 157-175; two samples: Pearson (1911), Biometrika 8, 250-254.
    """
    total = pairs.training + pairs.scoring
    share = pairs.spread(pairs.n / np.maximum(pairs.n + pairs.m, 1))
    below = total * share * (1 - share)
    terms = (pairs.scoring - total * share) ** 2 / np.where(below > 0, below, 1.0)
    return np.where(pairs.both, pairs.sums(np.where(below > 0, terms, 0.0)), 0.0)
