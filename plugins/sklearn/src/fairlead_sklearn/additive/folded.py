"""Features and coefficients folded into one weight a column of numbers, and one table of levels a column of texts."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from fairlead_sklearn.additive.features import Coded, Feature, Level, NotAdditiveError, Number, number
from fairlead_sklearn.additive.heads import Head

Array: TypeAlias = np.ndarray[Any, Any]


class Texts:
    """A column of texts: each level's share of the scores.

    Shapes: `shares` (scores, levels + 1), the last of which is of levels that training did not know, NaN where those
    are refused.
    """

    def __init__(self, codes: dict[Level, int], shares: Array, missing: Level) -> None:
        self.shares, self._unknown, self._known = shares, shares.shape[1] - 1, tuple(codes)
        self._codes: dict[Level, int] = {**codes, None: codes.get(missing, self._unknown)}

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels that training knew."""
        return self._known

    def takes(self, level: Level) -> bool:
        """True when this level, known or not, is scored."""
        return bool(np.isfinite(self.shares[:, self._codes.get(level, self._unknown)]).all())

    def of(self, values: Array) -> Array:
        """(scores, rows). Raises: TypeError for an object that is no text."""
        codes, listed = self._codes, values.tolist()
        found = [codes.get(each, -1) for each in listed]
        if -1 in found:
            found = [self._code(each) for each in listed]
        return self.shares[:, found]

    def _code(self, value: object) -> int:
        if isinstance(value, str):
            found: int = self._codes.get(value, self._unknown)
            return found
        if value is not None and value == value:  # only NaN differs from itself
            raise TypeError("no text")
        return self._codes[None]


class Folded:
    """Everything in one sum.

    Shapes: `weights` (scores, numbers), `missing` (scores, numbers) for NaN, which is NaN where that is refused;
    `bias` (scores,). `numbers` and `texts` say which columns they are of.
    """

    def __init__(self, features: Sequence[Feature], head: Head) -> None:
        if len(features) != head.weights.shape[1]:
            raise NotAdditiveError("another number of coefficients")
        pairs = list(zip(map(number, features), head.weights.T, strict=True))
        self.bias = np.array(head.bias)
        self.numbers = sorted({each.column for each, _ in pairs if isinstance(each, Number)})
        by_column = {column: [pair for pair in pairs if pair[0].column == column] for column in range(_width(pairs))}
        self.texts = {c: _texts(given, self) for c, given in by_column.items() if c not in self.numbers and given}
        self.weights = np.zeros((len(self.bias), len(self.numbers)))
        self.missing = np.zeros_like(self.weights)
        for place, column in enumerate(self.numbers):
            for feature, weight in by_column[column]:
                self._add(place, feature, weight)

    def _add(self, place: int, feature: Number | Coded, weight: Array) -> None:
        if not isinstance(feature, Number):
            raise NotAdditiveError("a column of both numbers and texts")
        self.weights[:, place] += weight * feature.slope
        self.bias += weight * feature.offset
        self.missing[:, place] += weight * (feature.missing - feature.offset)


def _width(pairs: Sequence[tuple[Number | Coded, Array]]) -> int:
    return max((each.column for each, _ in pairs), default=-1) + 1


def _texts(pairs: Sequence[tuple[Number | Coded, Array]], folded: Folded) -> Texts:
    first = pairs[0][0]
    if not isinstance(first, Coded):
        raise NotAdditiveError("a column of both numbers and texts")
    codes = {level: code for code, level in enumerate(first.known)}
    shares = np.zeros((len(folded.bias), len(codes) + 1))
    for feature, weight in pairs:
        if not isinstance(feature, Coded) or (feature.known, feature.missing) != (first.known, first.missing):
            raise NotAdditiveError("a column that is encoded in two ways")
        shares[:, :-1] += (weight * feature.other)[:, None]
        shares[:, -1] += weight * feature.unknown
        for level, value in feature.levels.items():
            shares[:, codes[level]] += weight * (value - feature.other)
    return Texts(codes, shares, first.missing)
