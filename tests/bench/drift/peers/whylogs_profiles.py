"""whylogs: a profile of each side, and Kolmogorov-Smirnov on their sketches."""

import sys

# It still asks for a name that numpy 2 gave up; the alias is what numpy's own guide tells to use.
import numpy as np

if not hasattr(np, "unicode_"):
    np.unicode_ = np.str_

import pandas as pd
import whylogs
from timing import answer, cpu, data
from whylogs.viz.drift.column_drift_algorithms import calculate_drift_scores

arrays = data()
NUMBERS, LEVELS = [f"x{n}" for n in range(20)], [f"c{n}" for n in range(5)]


def frame(side: str) -> pd.DataFrame:
    """One side."""
    levels = pd.DataFrame(arrays[f"{side}_codes"], columns=LEVELS).astype(str)
    return pd.DataFrame(arrays[side], columns=NUMBERS).join(levels.astype(object))


training, scoring = frame("training"), frame("scoring")
views = []


def drift() -> None:
    """Profile both, compare."""
    views[:] = [whylogs.log(pandas=each).view() for each in (training, scoring)]
    calculate_drift_scores(views[1], views[0])


seconds = cpu(drift)
rows = views[1].get_column("x0").get_metric("counts").n.value
answer(seconds=seconds, rows=rows, python=sys.version)
