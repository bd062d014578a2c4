"""NannyML: univariate drift by Jensen-Shannon, in ten chunks, as it comes."""

import warnings

import nannyml
import pandas as pd
from timing import answer, cpu, data

warnings.simplefilter("ignore")
arrays = data()
NUMBERS, LEVELS = [f"x{n}" for n in range(20)], [f"c{n}" for n in range(5)]


def frame(side: str) -> pd.DataFrame:
    """One side."""
    levels = pd.DataFrame(arrays[f"{side}_codes"], columns=LEVELS).astype(str)
    return pd.DataFrame(arrays[side], columns=NUMBERS).join(levels)


training, scoring = frame("training"), frame("scoring")
found = []


def drift() -> None:
    """Fit on the reference, calculate on the rest."""
    calculator = nannyml.UnivariateDriftCalculator(
        column_names=NUMBERS + LEVELS, treat_as_categorical=LEVELS, continuous_methods=["jensen_shannon"],
        categorical_methods=["jensen_shannon"], chunk_number=10,
    )  # fmt: skip
    found[:] = [calculator.fit(training).calculate(scoring)]


seconds = cpu(drift)
table = found[0].filter(period="analysis").to_df()
answer(
    seconds=seconds, values={name: [float(each) for each in table[name]["jensen_shannon"]["value"]] for name in LEVELS}
)
