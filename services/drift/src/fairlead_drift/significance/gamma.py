"""The logarithm of the gamma function, element by element."""

import numpy as np

from fairlead_drift.features import Array

_SHIFT = 8


def log_gamma(z: Array) -> Array:
    """ln Gamma(z) for z > 0, within 1e-12 of relative or absolute error, whichever is larger.

    Source: DLMF 5.11.1, Stirling's series, eight steps up by the recurrence Gamma(z + 1) = z Gamma(z).
    """
    product = z * 1.0
    for step in range(1, _SHIFT):
        product = product * (z + step)
    high = z + _SHIFT
    inverse = 1.0 / high
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))))
    return np.asarray((high - 0.5) * np.log(high) - high + 0.9189385332046727 + series - np.log(product))
