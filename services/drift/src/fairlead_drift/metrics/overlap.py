"""How much of two distributions coincides. Shapes: (f,) float64, one a feature."""

import numpy as np

from fairlead_drift.features import Array
from fairlead_drift.pairs import Pairs


def hellinger(pairs: Pairs) -> Array:
    """Hellinger distance, in [0, 1]; zero where a side has no rows.

    Source: Hellinger (1909), J. reine angew. Math. 136, 210-271.
    """
    gaps = pairs.sums((np.sqrt(pairs.p) - np.sqrt(pairs.q)) ** 2)
    return np.where(pairs.both, np.sqrt(gaps / 2), 0.0)


def intersection(pairs: Pairs) -> Array:
    """Histogram intersection, sum min(p, q), in [0, 1]: one minus the total variation; one where a side has no rows.

    Source: Swain and Ballard (1991), Int. J. Computer Vision 7(1), 11-32.
    """
    return np.where(pairs.both, pairs.sums(np.minimum(pairs.p, pairs.q)), 1.0)
