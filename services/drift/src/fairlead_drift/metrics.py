"""How far apart two sets of counts on the same bins are. Shapes: counts (k,) int64, training and scoring alike."""

import math

import numpy as np

from fairlead_drift.features import Array

_SERIES, _TINY = 10_000, 1e-300


def psi(training: Array, scoring: Array) -> float:
    """Population stability index, sum (q - p) ln(q / p), in nats, with half a row added to each bin.

    Source: Siddiqi (2006), Credit Risk Scorecards, ch. 9; the half row keeps empty bins finite.
    """
    p, q = _smoothed(training), _smoothed(scoring)
    return float(np.sum((q - p) * np.log(q / p)))


def psi_p_value(value: float, training: Array, scoring: Array) -> float | None:
    """The chance of at least this PSI between two samples of one distribution; None with fewer than two bins in use.

    PSI / (1/n + 1/m) is asymptotically chi-square with B - 1 degrees of freedom, B the bins that either sample uses.
    Source: Yurdakul and Naranjo (2020), J. Risk Model Validation 14(4).
    """
    used = int(np.count_nonzero(training + scoring))
    n, m = int(training.sum()), int(scoring.sum())
    if used < 2 or n == 0 or m == 0:
        return None
    return chi2_sf(value / (1.0 / n + 1.0 / m), used - 1)


def jensen_shannon(training: Array, scoring: Array, base: float = math.e) -> float:
    """Jensen-Shannon distance, the root of the divergence, in units of the base's logarithm.

    Source: Lin (1991), IEEE Trans. Inf. Theory 37(1), 145-151.
    """
    p, q = _shares(training), _shares(scoring)
    middle = (p + q) / 2
    divergence = (_kl(p, middle) + _kl(q, middle)) / 2
    return math.sqrt(max(divergence, 0.0) / math.log(base))


def hellinger(training: Array, scoring: Array) -> float:
    """Hellinger distance, in [0, 1]. Source: Hellinger (1909), J. reine angew. Math. 136, 210-271."""
    return float(np.sqrt(np.sum((np.sqrt(_shares(training)) - np.sqrt(_shares(scoring))) ** 2) / 2))


def ks(training: Array, scoring: Array) -> float:
    """Largest gap between the two cumulative shares at the bins' edges. Source: Smirnov (1948)."""
    return float(np.max(np.abs(np.cumsum(_shares(training)) - np.cumsum(_shares(scoring)))))


def chi_square(training: Array, scoring: Array) -> tuple[float, float | None]:
    """Two-sample chi-square statistic over the bins in use, and its p-value. Source: Pearson (1900)."""
    used = (training + scoring) > 0
    a, b = training[used].astype(float), scoring[used].astype(float)
    n, m = a.sum(), b.sum()
    if a.size < 2 or n == 0 or m == 0:
        return 0.0, None
    statistic = float(np.sum((a * math.sqrt(m / n) - b * math.sqrt(n / m)) ** 2 / (a + b)))
    return statistic, chi2_sf(statistic, a.size - 1)


def benjamini_hochberg(p_values: list[float | None], level: float) -> list[bool]:
    """Which of the tests are significant at this false discovery rate; those without a p-value are not.

    Source: Benjamini and Hochberg (1995), J. R. Statist. Soc. B 57(1), 289-300.
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    passed = [rank for rank, (p, _) in enumerate(known, 1) if p <= level * rank / len(known)]
    chosen = {place for _, place in known[: max(passed, default=0)]}
    return [place in chosen for place in range(len(p_values))]


def chi2_sf(value: float, freedom: int) -> float:
    """The chi-square distribution's upper tail, by the regularised incomplete gamma function.

    Source: Press et al. (2007), Numerical Recipes, 3rd ed., section 6.2: series below a + 1, continued fraction above.
    """
    a, x = freedom / 2.0, value / 2.0
    if x <= 0:
        return 1.0
    scale = math.exp(-x + a * math.log(x) - math.lgamma(a))
    return max(0.0, 1.0 - scale * _series(a, x)) if x < a + 1 else min(1.0, scale * _fraction(a, x))


def _series(a: float, x: float) -> float:
    term = total = 1.0 / a
    for step in range(1, _SERIES):
        term *= x / (a + step)
        total += term
        if term < total * 1e-16:
            break
    return total


def _fraction(a: float, x: float) -> float:
    b = x + 1.0 - a
    c, d = 1.0 / _TINY, 1.0 / b
    h = d
    for step in range(1, _SERIES):
        an = -step * (step - a)
        b += 2.0
        d = 1.0 / (an * d + b or _TINY)
        c = b + an / c or _TINY
        change = d * c
        h *= change
        if abs(change - 1.0) < 1e-15:
            break
    return h


def _smoothed(counts: Array) -> Array:
    raised = counts + 0.5
    return np.asarray(raised / raised.sum())


def _shares(counts: Array) -> Array:
    return np.asarray(counts / max(counts.sum(), 1))


def _kl(p: Array, q: Array) -> float:
    there = p > 0
    return float(np.sum(p[there] * np.log(p[there] / q[there])))
