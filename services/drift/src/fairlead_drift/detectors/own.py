"""Fairlead's own detectors: a plugin like anyone's.

Lines: 0.15 is the PSI that most users have seen as one; the other distances take 0.1, shares 0.05, the mean 0.2
standard deviations, which Cohen (1988), Statistical Power Analysis, ch. 2, calls small.
"""

import math
from collections.abc import Iterable

import numpy as np
from fairlead_contracts import hookimpl
from fairlead_contracts.detectors import BatchDetector, Detector

from fairlead_drift import metrics, significance
from fairlead_drift.detectors.domain import DomainClassifier
from fairlead_drift.detectors.measured import Features, Measured, one_bin
from fairlead_drift.features import Array
from fairlead_drift.metrics import Moments
from fairlead_drift.pairs import Pairs

DISTANCE, SHARE, SMALL = 0.1, 0.05, 0.2
NUMERIC, CATEGORICAL = ("numeric",), ("categorical",)


def _wasserstein(pairs: Pairs, features: Features) -> Array:
    """In standard deviations of training, so that one line serves all features; NaN where training does not vary."""
    bounds = np.array([bound for each in features for bound in each.bounds])
    spread = np.array([each.training_moments.std if each.training_moments else 0.0 for each in features])
    distance = metrics.wasserstein(_present(pairs), bounds)
    return np.where(spread > 0, distance / np.where(spread > 0, spread, 1.0), np.nan)


def _cramer(pairs: Pairs, _features: Features) -> Array:
    """Cramer's V of the two samples: the root of chi-square over all rows. Source: Cramer (1946), section 21.9."""
    return np.asarray(np.sqrt(metrics.chi_square(pairs) / np.maximum(pairs.n + pairs.m, 1)))


def _mean(_pairs: Pairs, features: Features) -> Array:
    """The difference of the means in standard deviations of training. Source: Glass (1976), Educ. Researcher 5(10)."""
    both = [(each.training_moments, each.scoring_moments) for each in features]
    return np.array([abs(b.mean - a.mean) / a.std if a and b and a.std > 0 else math.nan for a, b in both])


def _means(_pairs: Pairs, features: Features, _effects: Array) -> Array:
    both = [(each.training_moments, each.scoring_moments) for each in features]
    found = [
        significance.mean_p_value(Moments(a.rows, a.mean, a.std), Moments(b.rows, b.mean, b.std)) if a and b else None
        for a, b in both
    ]
    return np.array([math.nan if each is None else each for each in found])


def _present(pairs: Pairs) -> Pairs:
    return pairs.present(np.ones(pairs.starts.size, dtype=bool))


def _share(name: str, kinds: tuple[str, ...], *from_the_end: int) -> Measured:
    def chosen(pairs: Pairs) -> Array:
        return np.asarray(np.logical_or.reduce([_bins(pairs, place) for place in from_the_end]))

    def effect(pairs: Pairs, _features: Features) -> Array:
        bins = chosen(pairs)
        return np.abs(pairs.sums(np.where(bins, pairs.q - pairs.p, 0.0)))

    return Measured(
        name, SHARE, effect, lambda pairs, _features, _: significance.share_p_values(pairs, chosen(pairs)), kinds
    )


def _bins(pairs: Pairs, place: int) -> Array:
    if place > 0:
        return one_bin(pairs, place)
    first = np.zeros(pairs.training.size, dtype=bool)
    first[pairs.starts] = True
    return first


OWN: tuple[Detector, ...] = (
    Measured("psi", 0.15, lambda pairs, _: metrics.psi(pairs), lambda pairs, *_: significance.psi_p_values(pairs)),
    Measured("kl", DISTANCE, lambda pairs, _: metrics.kl(pairs)),
    Measured("jensen_shannon", DISTANCE, lambda pairs, _: metrics.jensen_shannon(pairs)),
    Measured("jensen_shannon_base2", DISTANCE, lambda pairs, _: metrics.jensen_shannon(pairs, 2.0)),
    Measured("hellinger", DISTANCE, lambda pairs, _: metrics.hellinger(pairs)),
    Measured("lost_overlap", DISTANCE, lambda pairs, _: 1.0 - metrics.intersection(pairs)),
    Measured("chi_square", DISTANCE, _cramer, lambda pairs, *_: significance.chi_square_p_values(pairs)),
    Measured(
        "ks", DISTANCE, lambda pairs, _: metrics.ks(_present(pairs)),
        lambda pairs, _, gaps: significance.ks_p_values(_present(pairs), gaps), NUMERIC,
    ),
    Measured("wasserstein", DISTANCE, _wasserstein, kinds=NUMERIC),
    Measured("mean", SMALL, _mean, _means, NUMERIC),
    _share("missing", (*NUMERIC, *CATEGORICAL), 1),
    _share("out_of_range", NUMERIC, 0, 2),
    _share("new_levels", CATEGORICAL, 2),
)  # fmt: skip


@hookimpl
def detectors() -> Iterable[Detector]:
    """Every metric that counts and sums give."""
    return OWN


@hookimpl
def batch_detectors() -> Iterable[BatchDetector]:
    """The domain classifier."""
    return (DomainClassifier(),)
