"""Baselines, mergeable profiles and drift statistics, compiled with numba.

Kernels are imported when the first rows are counted; merging and reading profiles needs none.
"""

import os

from platformdirs import user_cache_dir

os.environ.setdefault("NUMBA_CACHE_DIR", user_cache_dir("fairlead-kernels"))

from fairlead_drift import exact  # the cache's place is set before numba can be imported
from fairlead_drift.baseline import Baseline
from fairlead_drift.compare import (
    EFFECT_LINE,
    IMPORTANCE_LINE,
    BinCounts,
    DriftReport,
    FeatureDrift,
    compare,
)
from fairlead_drift.errors import BaselineError, ProfileError
from fairlead_drift.profile import Profile
from fairlead_drift.warm import warm

__all__ = [
    "EFFECT_LINE",
    "IMPORTANCE_LINE",
    "Baseline",
    "BaselineError",
    "BinCounts",
    "DriftReport",
    "FeatureDrift",
    "Profile",
    "ProfileError",
    "compare",
    "exact",
    "warm",
]
