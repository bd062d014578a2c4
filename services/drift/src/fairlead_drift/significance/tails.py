"""Upper tails of the distributions that tests refer to."""

import math

import numpy as np

from fairlead_drift.features import Array
from fairlead_drift.metrics.moments import Moments
from fairlead_drift.pairs import Pairs

_STEPS, _TINY = 10_000, 1e-300


def chi2_sf(value: float, freedom: float) -> float:
    """The chi-square distribution's upper tail."""
    return gamma_sf(freedom / 2.0, value / 2.0)


def gamma_sf(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function Q(a, x).

    Source: Press et al. (2007), Numerical Recipes, 3rd ed., section 6.2: series below a + 1, continued fraction above.
    """
    if x <= 0:
        return 1.0
    scale = math.exp(-x + a * math.log(x) - math.lgamma(a))
    return max(0.0, 1.0 - scale * _series(a, x)) if x < a + 1 else min(1.0, scale * _fraction(a, x))


def normal_sf(z: float) -> float:
    """The normal distribution's upper tail."""
    return math.erfc(z / math.sqrt(2.0)) / 2.0


def kolmogorov_sf(value: float) -> float:
    """The limit of the scaled largest gap's upper tail, 2 sum (-1)^(j-1) exp(-2 j^2 value^2).

    Source: Smirnov (1948), Ann. Math. Statist. 19(2), 279-281; below 0.2 it is 1 to 12 digits.
    """
    if value < 0.2:
        return 1.0
    terms = [(-1) ** (j - 1) * math.exp(-2.0 * (j * value) ** 2) for j in range(1, 40)]
    return min(1.0, max(0.0, 2.0 * math.fsum(terms)))


def ks_p_values(pairs: Pairs, gaps: Array) -> Array:
    """P-values of `metrics.ks`, (f,). Gaps are read at the bins' edges only, so these err to the careful side.

    Source: Noether (1963), Technometrics 5(3): with ties the Kolmogorov-Smirnov test is conservative.
    """
    scale = np.sqrt(pairs.n * (pairs.m / np.maximum(pairs.n + pairs.m, 1)))
    found = [kolmogorov_sf(value) for value in (scale * gaps).tolist()]
    return np.where(pairs.both, found, np.nan)


def mean_p_value(training: Moments, scoring: Moments) -> float | None:
    """Two-sided p-value of a difference in means; None where neither side varies.

    Source: Welch (1947), Biometrika 34, 28-35, in its normal limit: windows have 100 rows at least.
    """
    variance = training.std**2 / training.rows + scoring.std**2 / scoring.rows
    if variance <= 0.0:
        return None
    return 2.0 * normal_sf(abs(training.mean - scoring.mean) / math.sqrt(variance))


def _series(a: float, x: float) -> float:
    term = total = 1.0 / a
    for step in range(1, _STEPS):
        term *= x / (a + step)
        total += term
        if term < total * 1e-16:
            break
    return total


def _fraction(a: float, x: float) -> float:
    b = x + 1.0 - a
    c, d = 1.0 / _TINY, 1.0 / b
    h = d
    for step in range(1, _STEPS):
        an = -step * (step - a)
        b += 2.0
        d = 1.0 / (an * d + b or _TINY)
        c = b + an / c or _TINY
        change = d * c
        h *= change
        if abs(change - 1.0) < 1e-15:
            break
    return h
