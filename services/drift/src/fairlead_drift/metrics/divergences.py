"""Divergences from information theory. Shapes: (f,) float64, one a feature; zero where a side has no rows."""

import math

import numpy as np

from fairlead_drift.features import Array
from fairlead_drift.pairs import Pairs

HALF_ROW = 0.5


def psi(pairs: Pairs) -> Array:
    """Population stability index, sum (q - p) ln(q / p), in nats, with half a row added to each bin in use.

    The half row keeps it finite where one side is empty; bins that neither side uses count for nothing.
    Source: Siddiqi (2006), Credit Risk Scorecards, ch. 9; Kullback and Leibler (1951) call it J.
    """
    p, q = _smoothed(pairs)
    return np.where(pairs.both, pairs.sums((q - p) * np.log(q / p)), 0.0)


def kl(pairs: Pairs) -> Array:
    """Kullback-Leibler divergence of scoring from training, sum q ln(q / p), in nats, half a row added as in `psi`.

    Source: Kullback and Leibler (1951), Ann. Math. Statist. 22(1), 79-86.
    """
    p, q = _smoothed(pairs)
    return np.where(pairs.both, pairs.sums(q * np.log(q / p)), 0.0)


def jensen_shannon(pairs: Pairs, base: float = math.e) -> Array:
    """Jensen-Shannon distance, the root of the divergence, in units of the base's logarithm.

    Source: Lin (1991), IEEE Trans. Inf. Theory 37(1), 145-151; Endres and Schindelin (2003) for the root.
    """
    middle = (pairs.p + pairs.q) / 2
    divergence = (pairs.sums(_terms(pairs.p, middle)) + pairs.sums(_terms(pairs.q, middle))) / 2
    return np.where(pairs.both, np.sqrt(np.maximum(divergence, 0.0) / math.log(base)), 0.0)


def _terms(p: Array, middle: Array) -> Array:
    there = p > 0
    return np.where(there, p * np.log(np.where(there, p, 1.0) / np.where(there, middle, 1.0)), 0.0)


def _smoothed(pairs: Pairs) -> tuple[Array, Array]:
    half = HALF_ROW * pairs.used
    extra = pairs.sums(half)
    p = (pairs.training + half) / pairs.spread(np.maximum(pairs.m + extra, HALF_ROW))
    q = (pairs.scoring + half) / pairs.spread(np.maximum(pairs.n + extra, HALF_ROW))
    return np.where(pairs.used, p, 1.0), np.where(pairs.used, q, 1.0)
