"""Drift detectors: Fairlead's own, through the hooks that anyone's come by, and finding one by its name."""

from fairlead_drift.detectors.judging import findings_of, plain_counts
from fairlead_drift.detectors.named import DEFAULT, batch_detector, detector, detectors

__all__ = ["DEFAULT", "batch_detector", "detector", "detectors", "findings_of", "plain_counts"]
