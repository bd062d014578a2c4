"""Sampling intervals: what a metric could be in the population that the labelled rows were drawn from.

They take rows for independent draws. Rows that hang together (one customer's, one storm's) make them too narrow.
"""

from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
INFINITE = float("inf")


@dataclass(frozen=True)
class Measured:
    """A metric and its interval; both ends None where the rows say nothing of them."""

    value: float
    low: float | None = None
    high: float | None = None


def quantile(level: float) -> float:
    """The standard normal's quantile for a two-sided interval: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2.0)


def normal(value: float, error: float, level: float, low: float = -INFINITE, high: float = INFINITE) -> Measured:
    """The value plus and minus its standard error times the quantile, within what the metric can be."""
    reach = quantile(level) * error
    return Measured(value, max(low, value - reach), min(high, value + reach))


def mean(values: Floats, level: float, low: float = -INFINITE) -> Measured:
    """A mean of rows, shape (n,), by the central limit theorem. Without two rows there is no interval."""
    value = float(values.mean())
    if values.size < 2:
        return Measured(value)
    return normal(value, float(values.std(ddof=1)) / sqrt(values.size), level, low)


def proportion(count: int, total: int, level: float) -> Measured | None:
    """A share; None of nothing. Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212."""
    if total == 0:
        return None
    share, z = count / total, quantile(level)
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    reach = z / (1 + z * z / total) * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    low = 0.0 if count == 0 else max(0.0, middle - reach)
    high = 1.0 if count == total else min(1.0, middle + reach)
    return Measured(share, low, high)


def logit(value: float, error: float, level: float) -> Measured:
    """A value between 0 and 1 with its standard error, on the log-odds scale, so that the interval stays inside."""
    if not 0.0 < value < 1.0 or error == 0.0:
        return Measured(value, value, value) if error == 0.0 and 0.0 < value < 1.0 else Measured(value)
    odds, reach = log(value / (1.0 - value)), quantile(level) * error / (value * (1.0 - value))
    low, high = (1.0 / (1.0 + exp(-min(max(each, -700.0), 700.0))) for each in (odds - reach, odds + reach))
    return Measured(value, low, high)
