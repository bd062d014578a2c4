"""What a column becomes on its way to a linear model: numbers of a text or of a number, one column each."""

from dataclasses import dataclass, replace
from typing import TypeAlias

NAN = float("nan")
Level: TypeAlias = str | None
"""A text; None is a missing one."""


class NotAdditiveError(Exception):
    """A step is not known here, or needs more than one column at once."""


@dataclass(frozen=True)
class Raw:
    """A column as it is in the table; `missing` is the text that an imputer puts where there is none."""

    column: int
    missing: Level = None


@dataclass(frozen=True)
class Number:
    """`slope` times the column's number and `offset`; `missing` where there is none, NaN where that is refused."""

    column: int
    slope: float = 1.0
    offset: float = 0.0
    missing: float = NAN

    def scaled(self, by: float, plus: float) -> "Number":
        """Times `by`, and `plus` added."""
        return Number(self.column, self.slope * by, self.offset * by + plus, self.missing * by + plus)


@dataclass(frozen=True)
class Coded:
    """A number for each level of a text: in `levels`, else `other` for the known ones.

    `unknown` is what a level has that training did not know, NaN where that is refused; `missing` is the level that a
    missing text counts as.
    """

    column: int
    known: tuple[Level, ...]
    levels: dict[Level, float]
    other: float
    unknown: float
    missing: Level

    def scaled(self, by: float, plus: float) -> "Coded":
        """Times `by`, and `plus` added."""
        levels = {level: value * by + plus for level, value in self.levels.items()}
        return replace(self, levels=levels, other=self.other * by + plus, unknown=self.unknown * by + plus)


Feature: TypeAlias = Raw | Number | Coded


def number(feature: Feature) -> Number | Coded:
    """The feature as numbers. Raises: NotAdditiveError for a text that no encoder has seen."""
    if not isinstance(feature, Raw):
        return feature
    if feature.missing is not None:
        raise NotAdditiveError("a text where a number is expected")
    return Number(feature.column)
