"""Evidently: its data drift preset, Wasserstein for numbers and Jensen-Shannon for levels over 1,000 reference rows."""

import warnings

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset
from timing import answer, cpu, data

warnings.simplefilter("ignore")
arrays = data()
NUMBERS, LEVELS = [f"x{n}" for n in range(20)], [f"c{n}" for n in range(5)]


def dataset(side: str) -> Dataset:
    """One side."""
    frame = pd.DataFrame(arrays[side], columns=NUMBERS).join(
        pd.DataFrame(arrays[f"{side}_codes"], columns=LEVELS).astype(str)
    )
    return Dataset.from_pandas(frame, DataDefinition(numerical_columns=NUMBERS, categorical_columns=LEVELS))


training, scoring = dataset("training"), dataset("scoring")
said = []


def report() -> None:
    """The report and its values."""
    said[:] = Report([DataDriftPreset()]).run(scoring, training).dict()["metrics"]


seconds = cpu(report)
values = {each["config"]["column"]: float(each["value"]) for each in said if "column" in each.get("config", {})}
answer(seconds=seconds, values=values)
