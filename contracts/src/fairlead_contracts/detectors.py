"""What a drift detector provides: from plain counts and sums, or, where rows are at hand, from two tables."""

from collections.abc import Sequence
from typing import Literal, Protocol

from pydantic import ConfigDict, Field

from fairlead_contracts.adapters import Table
from fairlead_contracts.values import Message


class Moments(Message):
    """Of a numeric feature's present rows: how many, their mean and population standard deviation."""

    model_config = ConfigDict(allow_inf_nan=True)

    rows: int
    mean: float
    std: float


class FeatureCounts(Message):
    """One feature in training and in scoring: counts on the same frozen bins, in the same order.

    Numeric: the bins are below the training range, those between `bounds`, above the range, missing; `bounds` are the
    ends of the range and the edges between, one fewer than the bins without missing. Categorical: the most frequent
    levels of training, the others that training had, new levels, missing; no `bounds`. Moments are there for numeric
    features with rows.
    """

    name: str
    kind: Literal["numeric", "categorical"]
    labels: tuple[str, ...]
    training: tuple[int, ...]
    scoring: tuple[int, ...]
    bounds: tuple[float, ...] = ()
    training_moments: Moments | None = None
    scoring_moments: Moments | None = None


class Finding(Message):
    """What a detector says of a feature: the size of the effect and, where one exists, its p-value.

    `effect` grows with drift. Without a p-value, significance is that of the counts' two-sample test. `drifting`: for
    a detector with rules of its own; else a feature drifts when its effect is at least the line, and significant.
    """

    metric: str
    effect: float
    p_value: float | None = Field(default=None, ge=0, le=1)
    drifting: bool | None = None


class Detector(Protocol):
    """One way to measure drift from counts."""

    @property
    def name(self) -> str:
        """What reports call it by, unique among the installed detectors."""
        ...

    @property
    def line(self) -> float:
        """The effect that matters unless the user says otherwise; positive."""
        ...

    def judge(self, features: Sequence[FeatureCounts]) -> dict[str, Finding]:
        """A finding for each feature by name; a feature that it cannot judge is left out.

        Called from several threads at once, with features that have no rows on a side, too.
        """
        ...


class BatchDetector(Protocol):
    """One way to measure drift between two tables of rows, all columns together."""

    @property
    def name(self) -> str:
        """What it is called by, unique among the installed batch detectors."""
        ...

    @property
    def line(self) -> float:
        """The effect that matters unless the user says otherwise; positive."""
        ...

    def judge(self, training: Table, scoring: Table) -> Finding:
        """One finding for both tables, which have the same columns.

        Raises: InvalidTableError for tables that it cannot judge, saying why.
        """
        ...
