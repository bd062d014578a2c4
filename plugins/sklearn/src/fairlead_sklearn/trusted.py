"""Which types a skops file may hold, one by one: what is not on the list is refused, whoever made it.

The list is `trusted.txt`: a type or function a line, and for estimators whether they are a classifier with
probabilities, a classifier without, or a regressor. All are scikit-learn's, numpy's, scipy's or Python's own, and none
of them runs code that a file brings along.
"""

import functools
from importlib.resources import files


@functools.cache
def trusted() -> dict[str, str]:
    """Full name of each trusted type to its kind: `classifier`, `labels-only`, `regressor` or nothing."""
    lines = files(__package__).joinpath("trusted.txt").read_text().splitlines()
    return {name: kind for name, _, kind in (line.partition(" ") for line in lines)}
