"""Comparing: distances, tests and verdicts for all features at once."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from fairlead_drift import metrics
from fairlead_drift.alarms import Blocks, anytime_p_values, benjamini_hochberg, smallest_psi
from fairlead_drift.alarms.volume import shift_of
from fairlead_drift.baseline import Baseline
from fairlead_drift.comparison.reference import Reference
from fairlead_drift.comparison.report import Distances, DriftReport, FeatureDrift, Rates
from fairlead_drift.errors import ProfileError
from fairlead_drift.features import Array, Categorical, Numeric
from fairlead_drift.pairs import Pairs
from fairlead_drift.profile import Profile
from fairlead_drift.significance import psi_p_values

EFFECT_LINE, IMPORTANCE_LINE, LEVEL = 0.15, 0.5, 0.05
ROWS_NEEDED = 100


@dataclass(frozen=True)
class Look:
    """How a look is judged.

    `effect_line`: the PSI that matters. `level`: of the whole look; `Budget.level` gives one. `blocks`: how rows hang
    together in time. `anytime`: the profile holds all rows since a watch began, and is looked at as often as one likes.
    """

    effect_line: float = EFFECT_LINE
    level: float = LEVEL
    blocks: Blocks | None = None
    anytime: bool = False


def compare(
    baseline: Baseline,
    profile: Profile,
    effect_line: float = EFFECT_LINE,
    level: float = LEVEL,
    blocks: Blocks | None = None,
    anytime: bool = False,
) -> DriftReport:
    """Compare a profile with the training data that its baseline counted.

    A feature drifts when its PSI is at least `effect_line` and significant at `level` over all features; see `Look`.
    Raises: ProfileError when the profile, or the blocks, stand on other bins.
    """
    look = Look(effect_line, level, blocks, anytime)
    return compare_segments(baseline, {"": profile}, look)[""]


def compare_segments(
    baseline: Baseline, profiles: Mapping[str, Profile], look: Look | None = None
) -> dict[str, DriftReport]:
    """Compare the profiles of several segments, significance over all features of all of them together.

    Raises: ProfileError when a profile, or the blocks, stand on other bins.
    """
    look = look or Look()
    reference = Reference.of(baseline)
    pairs = {name: _pairs(baseline, reference, each) for name, each in profiles.items()}
    tests = {name: _p_values(baseline, reference, each, look) for name, each in pairs.items()}
    together = np.concatenate(list(tests.values())) if tests else np.zeros(0)
    significant = np.split(benjamini_hochberg(together, look.level), max(len(tests), 1))
    line = look.level / max(int(np.count_nonzero(~np.isnan(together))), 1)
    return {
        name: _report(_Judged(baseline, reference, profiles[name], pairs[name], tests[name], chosen), look, line)
        for name, chosen in zip(profiles, significant, strict=False)
    }


@dataclass(frozen=True)
class _Judged:
    baseline: Baseline
    reference: Reference
    profile: Profile
    pairs: Pairs
    p_values: Array
    significant: Array


def _pairs(baseline: Baseline, reference: Reference, profile: Profile) -> Pairs:
    if baseline.bins_digest != profile.bins:
        raise ProfileError("This profile belongs to another baseline.")
    return Pairs(reference.training, np.asarray(profile.counts), reference.starts)


def _p_values(baseline: Baseline, reference: Reference, pairs: Pairs, look: Look) -> Array:
    tested = Pairs(reference.tested, pairs.scoring, pairs.starts)
    found = anytime_p_values(tested) if look.anytime else psi_p_values(tested)
    if look.blocks is None:
        return found
    if look.blocks.bins != baseline.bins_digest:
        raise ProfileError("These blocks belong to another baseline.")
    return np.maximum(found, look.blocks.p_values(pairs))


def _report(judged: _Judged, look: Look, line: float) -> DriftReport:
    enough = judged.profile.rows >= ROWS_NEEDED
    distances, moments = _distances(judged), _moments(judged)
    visible = smallest_psi(judged.pairs, line)
    shifts = _shifts(judged, visible)
    features = {}
    for place, feature in enumerate(judged.baseline.features):
        p_value, sure = float(judged.p_values[place]), bool(judged.significant[place])
        over = sure and distances[place].psi >= look.effect_line
        start, end = judged.baseline.offsets[place : place + 2]
        counts = tuple(judged.profile.counts[start:end].tolist())
        features[feature.name] = FeatureDrift(
            feature=feature, distances=distances[place], rates=_rates(feature, counts), counts=counts,
            p_value=None if math.isnan(p_value) else p_value, significant=sure,
            status="unknown" if not enough else "drifting" if over else "passing",
            training=judged.reference.moments[place], scoring=moments[place], smallest_shift=shifts[place],
            smallest_psi=None if math.isnan(visible[place]) else float(visible[place]),
        )  # fmt: skip
    known = [each for each in shifts if each is not None]
    median = float(np.median(known)) if known else None
    return DriftReport(judged.profile.rows, _status(features, enough), look.level, median, features)


def _distances(judged: _Judged) -> list[Distances]:
    pairs, numeric = judged.pairs, judged.reference.numeric
    whole = np.column_stack((
        metrics.psi(pairs), metrics.kl(pairs), metrics.jensen_shannon(pairs), metrics.jensen_shannon(pairs, 2.0),
        metrics.hellinger(pairs), metrics.intersection(pairs), metrics.chi_square(pairs),
    ))  # fmt: skip
    ordered: list[tuple[float | None, float | None]] = [(None, None)] * len(numeric)
    if numeric.any():
        present = pairs.present(numeric)
        found = metrics.ks(present), metrics.wasserstein(present, judged.reference.bounds)
        for place, both in zip(np.flatnonzero(numeric).tolist(), np.column_stack(found).tolist(), strict=True):
            ordered[place] = (both[0], both[1])
    names = [each.name for each in fields(Distances)]
    return [
        Distances(**dict(zip(names, (*row, *more), strict=True)))
        for row, more in zip(whole.tolist(), ordered, strict=True)
    ]


def _rates(feature: Numeric | Categorical, counts: Sequence[int]) -> Rates:
    rows = max(sum(counts), 1)
    if isinstance(feature, Numeric):
        return Rates(counts[-1] / rows, (counts[0] + counts[-2]) / rows, 0.0)
    return Rates(counts[-1] / rows, 0.0, counts[-2] / rows)


def _moments(judged: _Judged) -> list[metrics.Moments | None]:
    sums, found = iter(judged.profile.sums), []
    present = judged.pairs.n - judged.pairs.scoring[judged.pairs.starts + judged.pairs.sizes - 1]
    for feature, rows in zip(judged.baseline.features, present.tolist(), strict=True):
        if isinstance(feature, Numeric):
            total, squares = next(sums)
            found.append(metrics.moments_of(rows, int(total), int(squares), feature.quantum))
        else:
            found.append(None)
    return found


def _shifts(judged: _Judged, visible: Array) -> list[float | None]:
    """The shift of the mean at which each feature's PSI, half rows and all, reaches what is visible."""
    found: list[float | None] = [None] * len(visible)
    numeric, pairs = judged.reference.numeric, judged.pairs
    if not numeric.any() or not judged.profile.rows:
        return found
    present = pairs.present(numeric)
    p, q = present.p, judged.reference.moved
    half_p, half_q = 0.5 / present.spread(np.maximum(present.m, 1)), 0.5 / present.spread(np.maximum(present.n, 1))
    raised_p, raised_q = p + half_p, q + half_q
    curves = np.add.reduceat((q - p) * np.log(raised_q / raised_p), present.starts, axis=1)
    for place, curve in zip(np.flatnonzero(numeric).tolist(), curves.T, strict=True):
        found[place] = shift_of(float(visible[place]), curve)
    return found


def _status(features: Mapping[str, FeatureDrift], enough: bool) -> str:
    if not enough:
        return "unknown"
    drifting = [each for each in features.values() if each.status == "drifting"]
    if any((each.importance or 0.0) >= IMPORTANCE_LINE for each in drifting):
        return "drifting"
    return "at risk" if drifting else "passing"
