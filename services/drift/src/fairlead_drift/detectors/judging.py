"""Asking a detector: what it gets, and what may come back."""

from collections.abc import Sequence

from fairlead_contracts.detectors import Detector, FeatureCounts, Finding
from fairlead_contracts.detectors import Moments as PlainMoments

from fairlead_drift.errors import DetectorError
from fairlead_drift.features import Feature, Numeric
from fairlead_drift.metrics import Moments


def plain_counts(
    feature: Feature, training: Sequence[int], scoring: Sequence[int], before: Moments | None, after: Moments | None
) -> FeatureCounts:
    """One feature as a detector gets it: the counts of both sides, and their moments before and after."""
    bounds = (feature.low, *feature.edges, feature.high) if isinstance(feature, Numeric) else ()
    return FeatureCounts(
        name=feature.name, kind="numeric" if isinstance(feature, Numeric) else "categorical", labels=feature.labels,
        training=tuple(training), scoring=tuple(scoring), bounds=bounds,
        training_moments=_plain(before), scoring_moments=_plain(after),
    )  # fmt: skip


def _plain(moments: Moments | None) -> PlainMoments | None:
    return None if moments is None else PlainMoments(rows=moments.rows, mean=moments.mean, std=moments.std)


def findings_of(detector: Detector, features: Sequence[FeatureCounts]) -> dict[str, Finding]:
    """What the detector says. Raises: DetectorError when it fails, or says what no finding can be."""
    try:
        found = detector.judge(features)
    except Exception as error:  # whatever a plugin raises ends this report and nothing else
        raise DetectorError(
            f"The detector {detector.name} failed on these features ({type(error).__name__})."
        ) from error
    known = {each.name for each in features}
    if not isinstance(found, dict) or not all(isinstance(each, Finding) for each in found.values()):
        raise DetectorError(f"The detector {detector.name} answered with something else than findings by feature.")
    if strange := sorted(map(str, set(found) - known)):
        raise DetectorError(f"The detector {detector.name} speaks of {', '.join(strange[:5])}: no such feature.")
    return found
