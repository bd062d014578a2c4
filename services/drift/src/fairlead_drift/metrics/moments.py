"""Mean and standard deviation of a numeric feature, from exact integer sums."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Moments:
    """Of the rows that are present: how many, mean and population standard deviation in the values' units."""

    rows: int
    mean: float
    std: float


def moments_of(rows: int, total: int, squares: int, quantum: float) -> Moments | None:
    """Moments from sums in grid steps; None without rows. `quantum`: a grid step in the values' units.

    The variance is taken in integers, rows * squares - total^2, so nothing cancels.
    """
    if rows <= 0:
        return None
    variance = max(rows * squares - total * total, 0)
    return Moments(rows, total / rows * quantum, math.sqrt(variance) / rows * quantum)
