"""Baselines, mergeable profiles and drift statistics, compiled with numba.

Kernels are imported when the first rows are counted; merging and reading profiles needs none.
"""

from fairlead_drift import exact
from fairlead_drift.alarms import Blocks, Budget
from fairlead_drift.baseline import Baseline
from fairlead_drift.comparison import (
    EFFECT_LINE,
    IMPORTANCE_LINE,
    LEVEL,
    BinCounts,
    DriftReport,
    FeatureDrift,
    Look,
    TableDrift,
    compare,
    compare_segments,
    compare_tables,
)
from fairlead_drift.errors import BaselineError, BudgetError, DetectorError, ProfileError
from fairlead_drift.profile import Profile
from fairlead_drift.warm import warm

__all__ = [
    "EFFECT_LINE",
    "IMPORTANCE_LINE",
    "LEVEL",
    "Baseline",
    "BaselineError",
    "BinCounts",
    "Blocks",
    "Budget",
    "BudgetError",
    "DetectorError",
    "DriftReport",
    "FeatureDrift",
    "Look",
    "Profile",
    "ProfileError",
    "TableDrift",
    "compare",
    "compare_segments",
    "compare_tables",
    "exact",
    "warm",
]
