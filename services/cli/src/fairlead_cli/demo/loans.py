"""The loans: what is known of each when it is issued, and what became of it."""

from dataclasses import dataclass
from importlib.resources import as_file, files

import numpy as np
import pandas as pd

NUMERIC = (
    "loan_amnt", "term", "int_rate", "installment", "annual_inc", "dti", "delinq_2yrs", "credit_age_months",
    "inq_last_6mths", "mths_since_last_delinq", "open_acc", "pub_rec", "revol_bal", "revol_util", "total_acc",
    "pub_rec_bankruptcies",
)  # fmt: skip
CATEGORICAL = ("grade", "emp_length", "home_ownership", "verification_status", "purpose", "addr_state")
FEATURES = (*NUMERIC, *CATEGORICAL)
TARGET = "charged_off"
_DAYS_A_MONTH = 30.4375


@dataclass(frozen=True)
class Loans:
    """Rows in the order of their issue: features by name, the outcome (1: charged off), the month of issue."""

    features: pd.DataFrame
    outcome: "pd.Series[int]"
    issued: "pd.Series[pd.Timestamp]"

    def where(self, chosen: "pd.Series[bool]") -> "Loans":
        """The rows that are chosen."""
        return Loans(self.features[chosen], self.outcome[chosen], self.issued[chosen])

    def before(self, moment: str) -> "Loans":
        """Loans issued before a moment."""
        return self.where(self.issued < pd.Timestamp(moment))

    def months(self, year: int) -> "list[tuple[pd.Timestamp, Loans]]":
        """The loans of a year, month by month."""
        chosen = sorted(set(self.issued[self.issued.dt.year == year]))
        return [(month, self.where(self.issued == month)) for month in chosen]

    def __len__(self) -> int:
        return len(self.outcome)


def load() -> Loans:
    """Read the loans that ship with this program."""
    with as_file(files("fairlead_cli.demo") / "data" / "loans_2007_2011.csv.gz") as path:
        raw = pd.read_csv(path, parse_dates=["issue_d", "earliest_cr_line"], na_values={"emp_length": ["n/a"]})
    age = (raw["issue_d"] - raw["earliest_cr_line"]).dt.days / _DAYS_A_MONTH
    raw["credit_age_months"] = age.round()
    features = raw[list(FEATURES)].astype(dict.fromkeys(NUMERIC, np.float64) | dict.fromkeys(CATEGORICAL, object))
    for name in CATEGORICAL:
        features[name] = features[name].where(features[name].notna(), None)
    outcome = raw["loan_status"].str.endswith("Charged Off").astype(np.int64)
    return Loans(features, outcome, raw["issue_d"])
