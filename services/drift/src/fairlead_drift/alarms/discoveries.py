"""Many tests at one look."""

import numpy as np

from fairlead_drift.features import Array


def benjamini_hochberg(p_values: Array, level: float) -> Array:
    """Which of the tests are significant at this false discovery rate; NaN, no p-value, never is.

    Shapes: (f,) float64 to (f,) bool. When nothing drifts at all, the chance that any test is significant is `level`.
    With p-values that are one over an e-value it is the e-BH procedure, which holds under any dependence.
    Sources: Benjamini and Hochberg (1995), J. R. Statist. Soc. B 57(1), 289-300; Wang and Ramdas (2022), J. R. Statist.
    Soc. B 84(3), 822-852.
    """
    known = p_values[~np.isnan(p_values)]
    if known.size == 0:
        return np.zeros(p_values.shape, dtype=bool)
    ordered = np.sort(known)
    passed = ordered <= level * np.arange(1, known.size + 1) / known.size
    if not passed.any():
        return np.zeros(p_values.shape, dtype=bool)
    return np.asarray(p_values <= ordered[np.flatnonzero(passed)[-1]])
