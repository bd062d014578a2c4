"""The report: every feature of a profile against the training data."""

import math
from dataclasses import dataclass

import numpy as np

from fairlead_drift import metrics
from fairlead_drift.baseline import Baseline
from fairlead_drift.errors import ProfileError
from fairlead_drift.features import Array, Categorical, Feature, Numeric
from fairlead_drift.profile import Profile

EFFECT_LINE, IMPORTANCE_LINE, LEVEL = 0.15, 0.5, 0.05
ROWS_NEEDED = 100
_CRITICAL = 1.6448536269514722
"""The normal distribution's 95th percentile, for the smallest shift that a volume can show."""


@dataclass(frozen=True)
class BinCounts:
    """One bin: its label, the rows of training and of scoring in it."""

    label: str
    training: int
    scoring: int


@dataclass(frozen=True)
class FeatureDrift:
    """One feature. `psi` in nats; distances as `metrics` has them; rates are shares of the scored rows."""

    kind: str
    importance: float | None
    psi: float
    p_value: float | None
    significant: bool
    jensen_shannon: float
    jensen_shannon_base2: float
    hellinger: float
    ks: float | None
    chi_square: float
    missing: float
    out_of_range: float
    new_levels: float
    mean: float | None
    std: float | None
    status: str
    bins: tuple[BinCounts, ...]


@dataclass(frozen=True)
class DriftReport:
    """All features. `status`: `drifting` when an important one drifts, `at risk` when another does, else `passing`;
    `unknown` with too few rows. `smallest_shift`: in standard deviations, what this many rows can show."""

    rows: int
    status: str
    smallest_shift: float | None
    features: dict[str, FeatureDrift]


def compare(
    baseline: Baseline, profile: Profile, effect_line: float = EFFECT_LINE, level: float = LEVEL
) -> DriftReport:
    """Compare a profile with the training data that its baseline counted.

    A feature drifts when its PSI is over the line and significant, by Benjamini-Hochberg over all features.
    Raises: ProfileError when the profile stands on other bins.
    """
    if baseline.bins_digest != profile.bins:
        raise ProfileError("This profile belongs to another baseline.")
    counted = [
        (feature, np.array(feature.counts, dtype=np.int64), profile.counts[start:end])
        for feature, start, end in zip(baseline.features, baseline.offsets, baseline.offsets[1:], strict=False)
    ]
    effects = [metrics.psi(training, scoring) for _, training, scoring in counted]
    p_values = [metrics.psi_p_value(psi, a, b) for psi, (_, a, b) in zip(effects, counted, strict=True)]
    significant = metrics.benjamini_hochberg(p_values, level)
    enough = profile.rows >= ROWS_NEEDED
    moments = iter(profile.sums)
    features = {}
    for place, (feature, training, scoring) in enumerate(counted):
        over = effects[place] >= effect_line and significant[place]
        status = "unknown" if not enough else "drifting" if over else "passing"
        sums = next(moments) if isinstance(feature, Numeric) else None
        tested = (effects[place], p_values[place], significant[place], status)
        features[feature.name] = _feature(feature, training, scoring, tested, sums)
    return DriftReport(profile.rows, _status(features, enough), _smallest(baseline.rows, profile.rows), features)


def _feature(
    feature: Feature,
    training: Array,
    scoring: Array,
    tested: tuple[float, float | None, bool, str],
    sums: list[int] | None,
) -> FeatureDrift:
    psi, p_value, significant, status = tested
    rows = max(int(scoring.sum()), 1)
    numeric = isinstance(feature, Numeric)
    mean, std = _moments(feature, scoring, sums)
    return FeatureDrift(
        kind=feature.kind,
        importance=feature.importance,
        psi=psi,
        p_value=p_value,
        significant=significant,
        jensen_shannon=metrics.jensen_shannon(training, scoring),
        jensen_shannon_base2=metrics.jensen_shannon(training, scoring, 2.0),
        hellinger=metrics.hellinger(training, scoring),
        ks=metrics.ks(training[:-1], scoring[:-1]) if numeric else None,
        chi_square=metrics.chi_square(training, scoring)[0],
        missing=int(scoring[-1]) / rows,
        out_of_range=int(scoring[0] + scoring[-2]) / rows if numeric else 0.0,
        new_levels=int(scoring[-2]) / rows if isinstance(feature, Categorical) else 0.0,
        mean=mean,
        std=std,
        status=status,
        bins=tuple(
            BinCounts(label, int(a), int(b)) for label, a, b in zip(feature.labels, training, scoring, strict=True)
        ),
    )


def _moments(feature: Feature, scoring: Array, sums: list[int] | None) -> tuple[float | None, float | None]:
    present = int(scoring[:-1].sum())
    if sums is None or not isinstance(feature, Numeric) or present == 0:
        return None, None
    mean, square = sums[0] / present, sums[1] / present
    return mean * feature.quantum, math.sqrt(max(square - mean * mean, 0.0)) * feature.quantum


def _status(features: dict[str, FeatureDrift], enough: bool) -> str:
    if not enough:
        return "unknown"
    drifting = [each for each in features.values() if each.status == "drifting"]
    if any((each.importance or 0.0) >= IMPORTANCE_LINE for each in drifting):
        return "drifting"
    return "at risk" if drifting else "passing"


def _smallest(training: int, scoring: int) -> float | None:
    if not training or not scoring:
        return None
    return 2 * _CRITICAL * math.sqrt(1.0 / training + 1.0 / scoring)
