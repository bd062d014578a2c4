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
    compare,
    compare_segments,
)
from fairlead_drift.errors import BaselineError, BudgetError, ProfileError
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
    "DriftReport",
    "FeatureDrift",
    "Look",
    "Profile",
    "ProfileError",
    "compare",
    "compare_segments",
    "exact",
    "warm",
]
