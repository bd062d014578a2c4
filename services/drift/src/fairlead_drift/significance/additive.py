"""P-values of statistics that add up over bins, calibrated down to bins with a fraction of a row.

The statistic's mean and variance given the pooled counts are computed, not looked up in a limit, and a gamma
distribution with that mean and variance gives the tail. With large counts it is the chi-square limit; with rare levels,
empty bins and half rows it stays between 4 and 6 % where that limit runs from 0 to 100 %. Two bins are tested exactly.
Sources: two moments: Satterthwaite (1946), Biometrics Bulletin 2, 110-114; conditional on the pooled counts:
Mielke and Berry (1985), J. Statist. Plann. Inference 12, 203-212; the limit: Yurdakul and Naranjo (2020), J. Risk
Model Validation 14(4). Exact in two bins: Lancaster (1961), J. Amer. Statist. Assoc. 56, 223-234 (mid-p).
"""

from collections.abc import Callable

import numpy as np

from fairlead_drift.features import Array
from fairlead_drift.metrics.divergences import HALF_ROW
from fairlead_drift.pairs import Pairs
from fairlead_drift.significance.pool import Pool
from fairlead_drift.significance.tails import gamma_sf

Terms = Callable[[Array, Array, Array, Array, Array], Array]
"""What one bin adds, from x (its scoring rows), c (its pooled rows), n, m and the number of bins in use."""
_POINTS, _EXACT_POINTS = 32, 80
_EXACT_DEVIATION = 5.0
"""Two bins are tested exactly while the standard deviation of their counts is at most this."""


def psi_p_values(pairs: Pairs) -> Array:
    """The chance of at least this `metrics.psi` if nothing drifted, (f,); NaN with under two bins in use."""
    return _p_values(pairs, _psi_terms)


def chi_square_p_values(pairs: Pairs) -> Array:
    """The chance of at least this `metrics.chi_square` if nothing drifted, (f,); NaN with under two bins in use."""
    return _p_values(pairs, _chi_square_terms)


def share_p_values(pairs: Pairs, bins: Array) -> Array:
    """The chance that the share of rows in the given bins differs as much if nothing drifted, (f,).

    Shapes: `bins` (t,) bool, for example the missing ones.
    """
    return _p_values(pairs.against_rest(bins), _chi_square_terms)


def _psi_terms(x: Array, c: Array, n: Array, m: Array, used: Array) -> Array:
    q, p = (x + HALF_ROW) / (n + HALF_ROW * used), (c - x + HALF_ROW) / (m + HALF_ROW * used)
    return np.asarray((q - p) * np.log(q / p) * (n * (m / (n + m))))


def _chi_square_terms(x: Array, c: Array, n: Array, m: Array, _used: Array) -> Array:
    share = n / (n + m)
    return np.asarray((x - c * share) ** 2 / (c * share * (1 - share)))


def _p_values(pairs: Pairs, terms: Terms) -> Array:
    bins_used = pairs.sums(pairs.used.astype(np.int64))
    tested = pairs.both & (bins_used >= 2)
    found = np.full(pairs.starts.size, np.nan)
    if not tested.any():
        return found
    kept = pairs.chosen(tested, pairs.used)
    result = _approximate(kept, terms)
    two = kept.sizes == 2
    two[two] = _deviations(kept)[two] <= _EXACT_DEVIATION
    if two.any():
        result[two] = _exact(kept.chosen(two, np.ones(kept.training.size, dtype=bool)), terms)
    found[tested] = result
    return found


def _deviations(pairs: Pairs) -> Array:
    first = (pairs.training + pairs.scoring)[pairs.starts]
    total = pairs.n + pairs.m
    return np.asarray(np.sqrt(first / total * (1 - first / total) * pairs.n * (pairs.m / total)))


def _statistic(pairs: Pairs, terms: Terms) -> Array:
    c, n, m = pairs.training + pairs.scoring, pairs.spread(pairs.n), pairs.spread(pairs.m)
    return pairs.sums(terms(pairs.scoring, c, n, m, pairs.spread(pairs.sizes)))


def _approximate(pairs: Pairs, terms: Terms) -> Array:
    mean, variance = _conditional_moments(pairs, terms)
    shape, scale = mean**2 / variance, variance / mean
    scaled = _statistic(pairs, terms) / scale
    return np.array([gamma_sf(a, x) for a, x in zip(shape.tolist(), scaled.tolist(), strict=True)])


def _conditional_moments(pairs: Pairs, terms: Terms) -> tuple[Array, Array]:
    """Mean (exact) and variance of the statistic over all draws from the pool, (f,) each.

    Bins vary together only through their sum. What that does to the variance is taken from each term's projection on
    the first two polynomials of its count: counts i and j correlate by -r_i r_j, r = sqrt(c / (N - c)), and their
    squares by the square of that. Source: Lancaster (1958), Ann. Math. Statist. 29, 719-736.
    """
    pool = Pool.of(pairs, _POINTS)
    values = terms(pool.x, pool.c, pool.n, pool.m, pairs.spread(pairs.sizes)[:, None])
    w = pool.weights
    mean = np.einsum("ij,ij->i", w, values)
    away = values - mean[:, None]
    weighted = w * away
    z = pool.x - np.einsum("ij,ij->i", w, pool.x)[:, None]
    z /= np.sqrt(np.maximum(np.einsum("ij,ij,ij->i", w, z, z), 1e-300))[:, None]
    square = z * z - 1.0 - np.einsum("ij,ij,ij,ij->i", w, z, z, z)[:, None] * z
    length = np.sqrt(np.einsum("ij,ij,ij->i", w, square, square))
    first = np.einsum("ij,ij->i", weighted, z)
    second = np.einsum("ij,ij->i", weighted, square) / np.where(length > 1e-9, length, np.inf)
    c, total = pool.c[:, 0], (pool.n + pool.m)[:, 0]
    ratio = c / np.maximum(total - c, 1)
    together = _twice(pairs, second * ratio) - _twice(pairs, first * np.sqrt(ratio))
    own = pairs.sums(np.einsum("ij,ij->i", weighted, away))
    return pairs.sums(mean), np.maximum(own + together, 1e-12)


def _twice(pairs: Pairs, values: Array) -> Array:
    """The sum over all ordered pairs of different bins of the products of their values."""
    return np.asarray(pairs.sums(values) ** 2 - pairs.sums(values**2))


def _exact(pairs: Pairs, terms: Terms) -> Array:
    """Mid-p of features with two bins: what is more extreme, and half of what is as extreme."""
    ones = Pairs(pairs.training[pairs.starts], pairs.scoring[pairs.starts], np.arange(pairs.starts.size))
    c = ones.training + ones.scoring
    pool = Pool.of(Pairs(pairs.training, pairs.scoring, pairs.starts), _EXACT_POINTS)
    x, w = pool.x[pairs.starts], pool.weights[pairs.starts]
    n, m = pairs.n[:, None], pairs.m[:, None]
    two = np.full_like(n, 2)
    values = terms(x, c[:, None], n, m, two) + terms(n - x, n + m - c[:, None], n, m, two)
    seen = _statistic(pairs, terms)[:, None]
    close = 1e-9 * (1.0 + np.abs(seen))
    return np.asarray((w * ((values > seen + close) + 0.5 * (np.abs(values - seen) <= close))).sum(axis=1))
