"""The report: every feature of a profile against the training data."""

from fairlead_drift.comparison.compare import compare, compare_segments
from fairlead_drift.comparison.look import EFFECT_LINE, IMPORTANCE_LINE, LEVEL, Look
from fairlead_drift.comparison.report import BinCounts, DriftReport, FeatureDrift
from fairlead_drift.comparison.rows import TableDrift, compare_tables

__all__ = [
    "EFFECT_LINE",
    "IMPORTANCE_LINE",
    "LEVEL",
    "BinCounts",
    "DriftReport",
    "FeatureDrift",
    "Look",
    "TableDrift",
    "compare",
    "compare_segments",
    "compare_tables",
]
