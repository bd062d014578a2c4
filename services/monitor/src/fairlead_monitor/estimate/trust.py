"""When an estimate is not to be trusted, in plain words."""

from collections.abc import Sequence

import numpy as np

from fairlead_monitor.accuracy.intervals import Floats

NEEDED, LEAST = 300, 50
ASSUMPTION = (
    "It holds if outcomes still go by the scores as they did in the rows whose outcome is known. A change of that"
    " relation (concept drift) cannot be seen without outcomes, and shows only once actuals come."
)
_OUTSIDE, _EDGE = 0.05, 0.001
_MISSED, _SHARE = 2, 0.25


def doubts(known: Floats, scores: Floats, before: Sequence[bool]) -> list[str]:
    """Why not to trust an estimate; nothing when there is no reason.

    `known`, `scores`: what the model said of the rows with known outcome, and of those to be estimated. `before`: of
    each earlier period whose truth is known, whether it lay within its estimate's interval.
    """
    found = []
    if known.size < NEEDED:
        found.append(f"only {known.size} rows from before have their actuals; {NEEDED} are needed")
    if known.size:
        low, high = np.quantile(known, [_EDGE, 1.0 - _EDGE])
        outside = float(np.mean((scores < low) | (scores > high)))
        if outside > _OUTSIDE:
            found.append(f"{outside:.0%} of the scores lie outside of those whose outcome is known")
    missed = sum(not each for each in before)
    if missed >= _MISSED and missed > _SHARE * len(before):
        found.append(f"in {missed} of {len(before)} earlier periods the truth lay outside of the interval")
    return found
