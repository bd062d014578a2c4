"""What the detector of a look says, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from fairlead_contracts.detectors import FeatureCounts, Finding

from fairlead_drift.alarms import anytime_p_values
from fairlead_drift.comparison.look import IMPORTANCE_LINE, Look
from fairlead_drift.comparison.measuring import Sides, moments
from fairlead_drift.comparison.report import FeatureDrift
from fairlead_drift.detectors import DEFAULT, findings_of, plain_counts
from fairlead_drift.errors import ProfileError
from fairlead_drift.features import Array
from fairlead_drift.significance import psi_p_values


@dataclass(frozen=True)
class Judged:
    """Findings of a detector by feature, none where the report's own index is asked; p-values, (f,)."""

    findings: Mapping[str, Finding] | None
    p_values: Array

    def finding(self, feature: str, psi: float) -> Finding | None:
        """What the detector says of a feature, if anything; without a detector that is the stability index."""
        return Finding(metric=DEFAULT, effect=psi) if self.findings is None else self.findings.get(feature)


def judged(sides: Sides, look: Look) -> Judged:
    """Ask the look's detector. Raises: ProfileError for blocks of other bins, DetectorError."""
    findings = None if look.detector is None else findings_of(look.detector, plain_features(sides))
    found = anytime_p_values(sides.tested) if look.anytime else psi_p_values(sides.tested)
    if findings is not None:
        found = _chosen(findings, sides, found, look.anytime)
    if look.blocks is None:
        return Judged(findings, found)
    if look.blocks.bins != sides.baseline.bins_digest:
        raise ProfileError("These blocks belong to another baseline.")
    return Judged(findings, np.maximum(found, look.blocks.p_values(sides.pairs)))


def plain_features(sides: Sides) -> list[FeatureCounts]:
    """The features as a detector gets them, with the training counts that tests need."""
    offsets, training, scoring = sides.baseline.offsets, sides.reference.tested.tolist(), sides.profile.counts.tolist()
    features = zip(sides.baseline.features, offsets, offsets[1:], sides.reference.moments, moments(sides), strict=False)
    return [
        plain_counts(each, training[start:end], scoring[start:end], before, after)
        for each, start, end, before, after in features
    ]


def _chosen(findings: Mapping[str, Finding], sides: Sides, counted: Array, anytime: bool) -> Array:
    """The detector's p-values; where it has none, or none that stands repeated looks, those of the counts."""
    found = counted.copy()
    for place, feature in enumerate(sides.baseline.features):
        finding = findings.get(feature.name)
        if finding is None:
            found[place] = np.nan
        elif finding.p_value is not None and not anytime:
            found[place] = finding.p_value
    return found


def verdict(finding: Finding | None, significant: bool, enough: bool, line: float) -> str:
    """A feature's status: by the detector's own rules where it has them, else by line and significance."""
    if finding is None or not (enough or finding.drifting is not None):
        return "unknown"
    drifts = finding.drifting if finding.drifting is not None else significant and finding.effect >= line
    return "drifting" if drifts else "passing"


def overall(features: Mapping[str, FeatureDrift]) -> str:
    """The status of the whole: `drifting` when an important feature drifts, `at risk` when another does."""
    if all(each.status == "unknown" for each in features.values()):
        return "unknown"
    drifting = [each for each in features.values() if each.status == "drifting"]
    if any((each.importance or 0.0) >= IMPORTANCE_LINE for each in drifting):
        return "drifting"
    return "at risk" if drifting else "passing"
