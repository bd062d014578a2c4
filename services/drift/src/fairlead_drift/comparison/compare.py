"""Comparing: distances, tests and verdicts for all features at once."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from fairlead_contracts.detectors import Detector

from fairlead_drift.alarms import benjamini_hochberg, smallest_psi
from fairlead_drift.baseline import Baseline
from fairlead_drift.comparison.look import ROWS_NEEDED, Look
from fairlead_drift.comparison.measuring import Sides, distances, moments, rates, shifts
from fairlead_drift.comparison.report import DriftReport, FeatureDrift
from fairlead_drift.comparison.verdicts import Judged, judged, overall, verdict
from fairlead_drift.features import Array
from fairlead_drift.profile import Profile


def compare(
    baseline: Baseline, profile: Profile, look: Look | None = None, detector: str | Detector | None = None
) -> DriftReport:
    """Compare a profile with the training data that its baseline counted.

    A feature drifts when the detector's effect is at least the line and significant over all features; see `Look`.
    `detector`: its name among the installed ones, or one itself, instead of the look's.
    Raises: ProfileError when the profile, or the blocks, stand on other bins; DetectorError for an unknown detector, or
    one that fails.
    """
    look = look or Look()
    if detector is not None:
        look = replace(look, detector=Look.by(detector).detector if isinstance(detector, str) else detector)
    return compare_segments(baseline, {"": profile}, look)[""]


def compare_segments(
    baseline: Baseline, profiles: Mapping[str, Profile], look: Look | None = None
) -> dict[str, DriftReport]:
    """Compare the profiles of several segments, significance over all features of all of them together.

    Raises: ProfileError when a profile, or the blocks, stand on other bins; DetectorError for a detector that fails.
    """
    look = look or Look()
    sides = {name: Sides.of(baseline, each) for name, each in profiles.items()}
    found = {name: judged(each, look) for name, each in sides.items()}
    together = np.concatenate([each.p_values for each in found.values()]) if found else np.zeros(0)
    significant = np.split(benjamini_hochberg(together, look.level), max(len(found), 1))
    line = look.level / max(int(np.count_nonzero(~np.isnan(together))), 1)
    return {
        name: _report(_Looked(sides[name], found[name], chosen, line), look)
        for name, chosen in zip(profiles, significant, strict=False)
    }


@dataclass(frozen=True)
class _Looked:
    sides: Sides
    judged: Judged
    significant: Array
    line: float
    """The p-value that one feature needs if it alone drifts."""


def _report(looked: _Looked, look: Look) -> DriftReport:
    sides, enough = looked.sides, looked.sides.profile.rows >= ROWS_NEEDED
    far, scored = distances(sides), moments(sides)
    visible = smallest_psi(sides.pairs, looked.line)
    shown = shifts(sides, visible)
    features = {}
    for place, feature in enumerate(sides.baseline.features):
        p_value, sure = float(looked.judged.p_values[place]), bool(looked.significant[place])
        start, end = sides.baseline.offsets[place : place + 2]
        counts = tuple(sides.profile.counts[start:end].tolist())
        finding = looked.judged.finding(feature.name, far[place].psi)
        features[feature.name] = FeatureDrift(
            feature=feature, distances=far[place], rates=rates(feature, counts), counts=counts,
            metric=finding.metric if finding else look.name, effect=finding.effect if finding else None,
            p_value=None if math.isnan(p_value) else p_value, significant=sure,
            status=verdict(finding, sure, enough, look.line),
            training=sides.reference.moments[place], scoring=scored[place], smallest_shift=shown[place],
            smallest_psi=None if math.isnan(visible[place]) else float(visible[place]),
        )  # fmt: skip
    known = [each for each in shown if each is not None]
    median = float(np.median(known)) if known else None
    return DriftReport(
        rows=sides.profile.rows, status=overall(features), level=look.level, smallest_shift=median,
        features=features, detector=look.name, effect_line=look.line,
    )  # fmt: skip
