"""Classes of one's own pass the conformance kit."""

from typing import Any

import numpy as np
import pandas as pd
from fairlead_contracts.adapters import Adapter, Table
from fairlead_contracts.testing import AdapterConformance, Sample
from fairlead_python import PythonAdapter

RATES = {"north": 0.3, "south": 1.7}


def rate(region: Any) -> float:
    return RATES[region]


class Tariff:
    """A regressor with a table of rates, and with no answer for a missing region."""

    inputs = ("weight", "region")

    def __init__(self, base: float) -> None:
        self.base = base

    def predict(self, table: Table) -> Any:
        return self.base + table["weight"] * np.array([rate(each) for each in table["region"]])


class Grades:
    """A classifier of three classes, on a data frame, that names no inputs."""

    classes = ("low", "middle", "high")

    def predict(self, table: Table) -> Any:
        rows = pd.DataFrame(dict(table))[["maths", "music"]]
        score = 1 / (1 + np.exp(-(rows.maths - rows.music)))
        chances = {"probability_low": (1 - score) ** 2, "probability_high": score**2}
        return pd.DataFrame({**chances, "probability_middle": 2 * score * (1 - score)})


class TestPython(AdapterConformance):
    """A regressor with texts, and a classifier."""

    frameworks = ("cloudpickle", "pandas")

    @classmethod
    def adapter(cls) -> Adapter:
        """The one under test."""
        return PythonAdapter()

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Neither of the classes can be imported in the processes that load them."""
        random = np.random.default_rng(3)
        tariff, grades = Tariff(4.0), Grades()
        parcels = {"weight": random.uniform(1, 9, 20), "region": np.array(["north", "south"] * 10, dtype=object)}
        marks = {"maths": random.normal(size=20), "music": random.normal(size=20)}
        return (
            Sample("tariff", tariff, parcels, lambda table: {"prediction": tariff.predict(table)}),
            Sample("grades", grades, marks, lambda table: dict(grades.predict(table))),
        )
