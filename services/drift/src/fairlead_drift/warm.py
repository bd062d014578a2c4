"""Filling the kernel cache, once for all environments of a user."""

from collections.abc import Callable

import numpy as np

Progress = Callable[[str, int, int], None]


def warm(progress: Progress | None = None) -> None:
    """Compile every kernel that is not in the cache; `progress` is told the name, which one it is, and of how many."""
    from fairlead_drift import kernels

    floats, empty, counts = np.array([1.0, 2.0]), np.array([1.5]), np.zeros(5, dtype=np.int64)
    calls: dict[str, Callable[[], object]] = {
        "count_numeric": lambda: kernels.count_numeric(
            floats, empty, np.array([0.0, 3.0, 1.0]), counts, np.zeros(4, dtype=np.int64), np.array([0.0, 0.0])
        ),
        "count_codes": lambda: kernels.count_codes(np.zeros(1, dtype=np.int32), counts),
        "ks_sorted": lambda: kernels.ks_sorted(floats, floats),
        "wasserstein_sorted": lambda: kernels.wasserstein_sorted(floats, floats),
    }
    for place, (name, call) in enumerate(calls.items(), 1):
        if progress is not None:
            progress(name, place, len(calls))
        call()
