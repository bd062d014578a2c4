"""Numbers. `truth` and `prediction` (n,) in the target's units; n at least 1."""

from math import sqrt

import numpy as np

from fairlead_monitor.accuracy.intervals import Floats, Measured, mean, normal

QUANTILES = (0.1, 0.5, 0.9)


def measured(truth: Floats, prediction: Floats, level: float) -> dict[str, Measured]:
    """Every metric of a regressor; what would divide by nothing is left out."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = _measured(truth, prediction, level)
    return {name: each for name, each in found.items() if each is not None}


def _measured(truth: Floats, prediction: Floats, level: float) -> dict[str, Measured | None]:
    difference = prediction - truth
    found = {
        "mae": mean(np.abs(difference), level, low=0.0),
        "rmse": rmse(difference, level),
        "bias": mean(difference, level),
        "mape": mape(truth, difference, level),
        "r2": r2(truth, difference, level),
    }
    return found | {f"quantile_loss_{each:g}": quantile_loss(truth, prediction, each, level) for each in QUANTILES}


def rmse(difference: Floats, level: float) -> Measured:
    """Root mean squared error, in the target's units; the interval is the root of the mean squared error's."""
    squared = mean(difference**2, level, low=0.0)
    ends = [None if each is None else sqrt(each) for each in (squared.low, squared.high)]
    return Measured(sqrt(squared.value), *ends)


def mape(truth: Floats, difference: Floats, level: float) -> Measured | None:
    """Mean absolute error as a share of the truth, over the rows whose truth is not 0; None when all are."""
    known = truth != 0.0
    return mean(np.abs(difference[known] / truth[known]), level, low=0.0) if known.any() else None


def r2(truth: Floats, difference: Floats, level: float) -> Measured | None:
    """The share of the truth's variance that is explained; None where the truth does not vary.

    The interval by the delta method on the two mean squares: van der Vaart (1998), Asymptotic Statistics, chapter 3.
    """
    left, spread = difference**2, (truth - truth.mean()) ** 2
    if truth.size < 2 or spread.mean() == 0.0:
        return None
    unexplained = float(left.mean() / spread.mean())
    influence = (left - unexplained * spread) / spread.mean()
    return normal(1.0 - unexplained, float(influence.std(ddof=1)) / sqrt(truth.size), level, high=1.0)


def quantile_loss(truth: Floats, prediction: Floats, share: float, level: float) -> Measured:
    """Pinball loss of the prediction taken as this quantile.

    Source: Koenker and Bassett (1978), Econometrica 46, 33-50.
    """
    short = truth - prediction
    return mean(np.maximum(share * short, (share - 1.0) * short), level, low=0.0)
