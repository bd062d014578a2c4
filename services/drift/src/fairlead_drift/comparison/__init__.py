"""The report: every feature of a profile against the training data."""

from fairlead_drift.comparison.compare import EFFECT_LINE, IMPORTANCE_LINE, LEVEL, Look, compare, compare_segments
from fairlead_drift.comparison.report import BinCounts, DriftReport, FeatureDrift

__all__ = [
    "EFFECT_LINE",
    "IMPORTANCE_LINE",
    "LEVEL",
    "BinCounts",
    "DriftReport",
    "FeatureDrift",
    "Look",
    "compare",
    "compare_segments",
]
