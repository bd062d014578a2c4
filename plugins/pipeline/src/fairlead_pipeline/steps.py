"""The kinds of steps, as a pipeline's file writes them: what each is told, and what it cannot be told."""

from itertools import pairwise
from typing import Annotated, Literal

from fairlead_contracts.values import Message
from pydantic import Field, model_validator

Kind = Literal["number", "text"]
Name = Annotated[str, Field(min_length=1, max_length=250)]
Names = Annotated[tuple[Name, ...], Field(min_length=1, max_length=10_000)]
How = Literal["mean", "weighted", "vote", "switch"]


class Rename(Message):
    """Columns by another name. `columns`: the old name to the new one."""

    do: Literal["rename"] = "rename"
    columns: dict[Name, Name] = Field(min_length=1)


class Copy(Message):
    """Columns once more. `columns`: the new name to the column that it copies."""

    do: Literal["copy"] = "copy"
    columns: dict[Name, Name] = Field(min_length=1)


class Select(Message):
    """These columns alone from here on."""

    do: Literal["select"] = "select"
    columns: Names


class Fill(Message):
    """What stands for a missing value. `values`: by column, a number or a text."""

    do: Literal["fill"] = "fill"
    values: dict[Name, float | str] = Field(min_length=1)


class Cast(Message):
    """Columns as numbers or as texts; a whole number becomes a text without a point."""

    do: Literal["cast"] = "cast"
    columns: dict[Name, Kind] = Field(min_length=1)


class OneHot(Message):
    """A column `{column}_{category}` of 0 and 1 for each category; for another value, or none, all are 0."""

    do: Literal["one-hot"] = "one-hot"
    columns: dict[Name, Names] = Field(min_length=1)

    @model_validator(mode="after")
    def _different(self) -> "OneHot":
        for column, names in self.columns.items():
            if len(set(names)) < len(names):
                raise ValueError(f"the categories of {column} are not all different")
        return self


class Scale(Message):
    """What is taken from a column, and what the rest is divided by."""

    mean: float
    scale: float

    @model_validator(mode="after")
    def _not_zero(self) -> "Scale":
        if self.scale == 0:
            raise ValueError("scale must not be 0")
        return self


class Standardise(Message):
    """(value - mean) / scale, by column."""

    do: Literal["standardise"] = "standardise"
    columns: dict[Name, Scale] = Field(min_length=1)


class Clip(Message):
    """Values within bounds, by column: the lowest and the highest, null for none."""

    do: Literal["clip"] = "clip"
    columns: dict[Name, tuple[float | None, float | None]] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> "Clip":
        for column, (low, high) in self.columns.items():
            if low is not None and high is not None and low > high:
                raise ValueError(f"the bounds of {column} are not in order")
        return self


class Model(Message):
    """A model. `model`: its file or folder beside the pipeline's, or `NAME@VERSION` of a registered one.

    `inputs`: the columns that it takes, in order, where it does not name them itself or where they are called
    otherwise: a list, or the model's name of each to the column's.
    """

    do: Literal["model"] = "model"
    model: Name
    inputs: tuple[Name, ...] | dict[Name, Name] = ()


class Combine(Message):
    """Several answers as one. `of`: the steps. `weights`: by step. `by`: the column that a switch goes by, `cases`: its
    values to steps, `otherwise`: the step for all other values.
    """

    do: Literal["combine"] = "combine"
    of: Names
    how: How = "mean"
    weights: dict[str, float] = Field(default_factory=dict)
    by: Name | None = None
    cases: dict[str, str] = Field(default_factory=dict)
    otherwise: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Combine":
        if len(set(self.of)) < len(self.of):
            raise ValueError("`of` names a step twice")
        if (self.how == "weighted") is not bool(self.weights):
            raise ValueError("`weights` go with `how: weighted`, and only there")
        if self.how == "weighted":
            total = sum(self.weights.values())
            if set(self.weights) != set(self.of) or min(self.weights.values()) < 0 or not 0 < total < float("inf"):
                raise ValueError("`weights` must name every step of `of`, be not negative, and not all 0")
        switch = self.by is not None and bool(self.cases)
        if (self.how == "switch") is not switch or (not switch and (self.by or self.cases or self.otherwise)):
            raise ValueError(
                "`how: switch` needs `by`, a column, and `cases`, from its values to steps; nothing else does"
            )
        if not {*self.cases.values(), *([self.otherwise] if self.otherwise else [])} <= set(self.of):
            raise ValueError("a case leads to a step that `of` does not name")
        return self


class Platt(Message):
    """p' = 1 / (1 + exp(-(slope * log(p / (1 - p)) + intercept))). Source: Platt (1999), on log-odds."""

    slope: float = Field(gt=0)
    intercept: float


class Isotonic(Message):
    """A rising table: the probability `at` each point, and what it `gives`; between two points, a straight line."""

    at: tuple[float, ...] = Field(min_length=2, max_length=10_000)
    gives: tuple[float, ...] = Field(min_length=2, max_length=10_000)

    @model_validator(mode="after")
    def _rising(self) -> "Isotonic":
        if len(self.at) != len(self.gives):
            raise ValueError("`at` and `gives` differ in length")
        if any(a >= b for a, b in pairwise(self.at)) or any(a > b for a, b in pairwise(self.gives)):
            raise ValueError("`at` must rise at each point, and `gives` never fall")
        if self.gives[0] < 0 or self.gives[-1] > 1:
            raise ValueError("`gives` must be probabilities")
        return self


class Calibrate(Message):
    """A binary classifier's probability, corrected by one of two ways."""

    do: Literal["calibrate"] = "calibrate"
    of: Name | None = None
    platt: Platt | None = None
    isotonic: Isotonic | None = None

    @model_validator(mode="after")
    def _one(self) -> "Calibrate":
        if (self.platt is None) is (self.isotonic is None):
            raise ValueError("give either `platt` or `isotonic`")
        return self


class Threshold(Message):
    """The label of a binary classifier: the last class where the probability is `at` or more."""

    do: Literal["threshold"] = "threshold"
    of: Name | None = None
    at: float = Field(ge=0, le=1)


class Relabel(Message):
    """A classifier's classes by other names. `labels`: the class to the new name; others keep theirs."""

    do: Literal["relabel"] = "relabel"
    of: Name | None = None
    labels: dict[Name, Name] = Field(min_length=1)


class Limit(Message):
    """A prediction within bounds."""

    do: Literal["limit"] = "limit"
    of: Name | None = None
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Limit":
        if self.low is None and self.high is None:
            raise ValueError("give `low`, `high` or both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("`low` is above `high`")
        return self


class Round(Message):
    """A prediction to so many digits after the point; negative: tens, hundreds. A half goes to the even side."""

    do: Literal["round"] = "round"
    of: Name | None = None
    digits: int = Field(default=0, ge=-15, le=15)


Transform = Rename | Copy | Select | Fill | Cast | OneHot | Standardise | Clip
Post = Calibrate | Threshold | Relabel | Limit | Round
Step = Annotated[Transform | Model | Combine | Post, Field(discriminator="do")]
