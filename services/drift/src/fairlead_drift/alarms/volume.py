"""What a number of rows can show, and what it cannot."""

import math
from statistics import NormalDist

import numpy as np

from fairlead_drift.features import Array
from fairlead_drift.pairs import Pairs

POWER = 0.8
SHIFTS = np.geomspace(0.01, 4.0, 24)
"""Shifts of the mean, in standard deviations, at which a feature's PSI is worked out."""
_KNOTS, _NEWTON_STEPS, _EVEN = 16, 60, 0.9


def smallest_psi(pairs: Pairs, level: float, power: float = POWER) -> Array:
    """The smallest true PSI that is significant at `level` with this power, in nats, (f,); NaN where there is no test.

    The scaled PSI is about noncentral chi-square with B - 1 degrees of freedom, mean k + l and variance 2 k + 4 l; this
    is the l at which its lower tail clears the critical value, times 1/n + 1/m.
    Sources: Patnaik (1949), Biometrika 36, 202-232; the critical value: Wilson and Hilferty (1931), PNAS 17, 684-688.
    """
    k = pairs.sums(pairs.used.astype(np.int64)) - 1.0
    there = pairs.both & (k >= 1)
    k = np.where(there, k, 1.0)
    z, reach = NormalDist().inv_cdf(1.0 - level), NormalDist().inv_cdf(power)
    ninth = 2.0 / (9.0 * k)
    critical = k * (1.0 - ninth + z * np.sqrt(ninth)) ** 3
    spread = 2.0 * (reach + np.sqrt(np.maximum(reach**2 + critical - k / 2.0, 0.0)))
    noncentral = np.maximum((spread**2 - 2.0 * k) / 4.0, 0.0)
    return np.where(there, noncentral * (1.0 / np.maximum(pairs.n, 1) + 1.0 / np.maximum(pairs.m, 1)), np.nan)


def shifted(counts: Array, bounds: Array, std: float) -> Array:
    """Where a feature's rows would fall if all its values moved up by each of SHIFTS standard deviations.

    Shapes: counts (k,): below, between the `bounds` (k - 1,), above, without missing; the result (24, k), shares.
    Rows are spread evenly within each bin, and thin out towards the range's ends in the first and the last. Rows that
    leave the range are left in its last bin: how many do depends on tails that bins do not show.
    """
    x, y = _distribution(counts[1:-1] / max(int(counts[1:-1].sum()), 1), bounds)
    moved = np.interp(bounds[1:-1] - SHIFTS[:, None] * std, x, y, left=0.0, right=1.0)
    none, all_rows = np.zeros((SHIFTS.size, 2)), np.ones((SHIFTS.size, 2))
    return np.diff(np.hstack((none, moved, all_rows)), axis=1)


def _distribution(shares: Array, bounds: Array) -> tuple[Array, Array]:
    """Points of the distribution function. Shapes: shares (k,), bounds (k + 1,) ascending."""
    below = np.concatenate(([0.0], np.cumsum(shares)))
    if shares.size < 2:
        return bounds, below
    widths = np.diff(bounds)
    into = np.linspace(0.0, 1.0, _KNOTS)
    low = _thinned(shares[0], widths[0], shares[1], widths[1], into)
    high = _thinned(shares[-1], widths[-1], shares[-2], widths[-2], into)
    x = np.concatenate((bounds[1] - widths[0] * into[:0:-1], bounds[1:-1], bounds[-2] + widths[-1] * into[1:]))
    y = np.concatenate((below[1] - low[:0:-1], below[1:-1], below[-2] + high[1:]))
    return x, y


def _thinned(share: float, width: float, next_share: float, next_width: float, into: Array) -> Array:
    """The share of an outer bin's rows up to some way into it from its inner edge.

    They thin out exponentially, the density going on from the middle of the neighbour's,
    share * rate = density * exp(-rate * next_width / 2); a bin about as dense as its neighbour is no tail, and even,
    and so is one beside a single value, which has no density.
    """
    if next_width <= 0.0 or share * next_width >= _EVEN * next_share * width:
        return share * into
    ratio, w = next_share / (2.0 * max(share, 1e-12)), 0.5
    for _ in range(_NEWTON_STEPS):  # w exp(w) = ratio
        w -= (w * math.exp(w) - ratio) / (math.exp(w) * (w + 1.0))
    rate = 2.0 * w / next_width * width
    return np.asarray(share * np.expm1(-rate * into) / math.expm1(-rate))


def shift_of(psi: float, curve: Array) -> float | None:
    """The shift, in standard deviations, at which a feature's PSI reaches `psi`; None when none of SHIFTS does.

    Shapes: `curve` (24,), the PSI at each of SHIFTS. It is about quadratic, so logarithms are interpolated.
    """
    if math.isnan(psi) or not curve[-1] >= psi > 0:
        return None
    rising = np.maximum.accumulate(np.maximum(curve, 1e-12))
    return float(np.exp(np.interp(math.log(psi), np.log(rising), np.log(SHIFTS))))
