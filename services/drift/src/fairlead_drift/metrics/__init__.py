"""How far apart two sets of counts on the same bins are, one number a feature. P-values are in `significance`."""

from fairlead_drift.metrics.chi_square import chi_square
from fairlead_drift.metrics.divergences import jensen_shannon, kl, psi
from fairlead_drift.metrics.moments import Moments, moments_of
from fairlead_drift.metrics.ordered import ks, wasserstein
from fairlead_drift.metrics.overlap import hellinger, intersection

__all__ = [
    "Moments",
    "chi_square",
    "hellinger",
    "intersection",
    "jensen_shannon",
    "kl",
    "ks",
    "moments_of",
    "psi",
    "wasserstein",
]
