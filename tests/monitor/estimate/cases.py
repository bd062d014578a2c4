"""Models on real data, and on drawn data of the same kind: what is known before, and the chunks to be estimated.

Runs with numpy, pandas and scikit-learn alone, so that the peer's environment can use it too.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

DATA = Path(os.environ.get("FAIRLEAD_TEST_DATA", "nowhere"))
"""The folder with lending_club/ and elec2/; without it what is real is skipped."""
CHUNK = 2_000
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Case:
    """Truth and what the model said, of the rows before and of those after; `line`: from which score on it says yes."""

    before: tuple[Floats, Floats]
    after: tuple[Floats, Floats]
    line: float = 0.5

    def chunks(self) -> list[tuple[Floats, Floats]]:
        """The rows after, in whole chunks."""
        truth, said = self.after
        starts = range(0, truth.size - CHUNK + 1, CHUNK)
        return [(truth[start : start + CHUNK], said[start : start + CHUNK]) for start in starts]


def _split(features: pd.DataFrame, target: Floats, train: int, known: int, line: float = 0.5) -> Case:
    model: Any = LogisticRegression(max_iter=1_000) if set(np.unique(target)) <= {0.0, 1.0} else LinearRegression()
    fitted = make_pipeline(StandardScaler(), model).fit(features[:train], target[:train])
    said = fitted.predict_proba(features)[:, 1] if isinstance(model, LogisticRegression) else fitted.predict(features)
    before, after = slice(train, train + known), slice(train + known, None)
    return Case((target[before], said[before]), (target[after], said[after]), line)


def _loans() -> pd.DataFrame:
    loans = pd.read_csv(DATA / "lending_club" / "lending_club_2007_2011.csv.gz").sort_values("issue_d", kind="stable")
    names = ["loan_amnt", "int_rate", "annual_inc", "dti", "inq_last_6mths", "revol_util", "term"]
    found = loans[names].astype(float).fillna(0.0)
    found["annual_inc"] = np.log1p(found["annual_inc"])
    found["bad"] = loans["loan_status"].str.contains("Charged Off|Default").astype(float)
    return found


def _prices() -> pd.DataFrame:
    return pd.read_csv(DATA / "elec2" / "elec2.csv.gz")


def loans() -> Case:
    """Whether a loan goes bad: lending_club, 2007 to 2011."""
    found = _loans()
    return _split(found.drop(columns="bad"), found["bad"].to_numpy(), 12_000, 12_000, 0.2)


def prices() -> Case:
    """Whether the price of electricity goes up: elec2."""
    found = _prices()
    features = found[["period", "nswdemand", "vicprice", "vicdemand", "transfer"]]
    return _split(features, (found["class"] == "UP").to_numpy(float), 10_000, 10_000)


def drawn() -> Case:
    """Outcomes that go by scores in a crooked way, and scores that shift."""
    rng = np.random.default_rng(3)
    before, after = rng.beta(2, 3, 8_000), rng.beta(3, 2, 8_000)
    truth = [(rng.random(each.size) < each**2).astype(float) for each in (before, after)]
    return Case((truth[0], before), (truth[1], after))


def rates() -> Case:
    """The interest rate of a loan: lending_club."""
    found = _loans()
    features = found[["loan_amnt", "annual_inc", "dti", "inq_last_6mths", "revol_util", "term"]]
    return _split(features, found["int_rate"].to_numpy(), 12_000, 12_000)


def demands() -> Case:
    """The demand for electricity in one state by that in another: elec2."""
    found = _prices()
    features = found[["period", "vicdemand", "transfer", "vicprice"]]
    return _split(features, 100.0 * found["nswdemand"].to_numpy(), 10_000, 10_000)


def noises() -> Case:
    """Errors that grow with the prediction, and predictions that shift."""
    rng = np.random.default_rng(4)
    before, after = rng.normal(10, 2, 8_000), rng.normal(12, 2, 8_000)
    return Case(*((each + rng.normal(0, 0.1 * np.abs(each)), each) for each in (before, after)))


CLASSES: dict[str, Callable[[], Case]] = {"drawn": drawn, "loans": loans, "prices": prices}
NUMBERS: dict[str, Callable[[], Case]] = {"noises": noises, "rates": rates, "demands": demands}
REAL = {"loans", "prices", "rates", "demands"}
