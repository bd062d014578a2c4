"""A column in chunks, each of plain values or of places in a list of levels."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Plain:
    """Values (n,) of one kind. `valid` (n,) bool: which of them are there; None: all but NaN and None."""

    values: Array
    valid: Array | None = None

    @property
    def rows(self) -> int:
        """How many values there are."""
        return len(self.values)

    def part(self, start: int, end: int) -> "Plain":
        """These rows alone, a view."""
        return Plain(self.values[start:end], None if self.valid is None else self.valid[start:end])

    @property
    def textual(self) -> bool:
        """Whether these are levels rather than numbers."""
        return self.values.dtype.kind in "OUSTb"


@dataclass(frozen=True)
class Coded:
    """Places (n,) in a list of levels; one outside of it is missing."""

    places: Array
    levels: Sequence[Any]
    textual = True

    @property
    def rows(self) -> int:
        """How many values there are."""
        return len(self.places)

    def part(self, start: int, end: int) -> "Coded":
        """These rows alone, a view."""
        return Coded(self.places[start:end], self.levels)


Chunk = Plain | Coded


@dataclass(frozen=True)
class Column:
    """A named column."""

    name: str
    chunks: tuple[Chunk, ...]

    @property
    def rows(self) -> int:
        """How many values there are."""
        return sum(chunk.rows for chunk in self.chunks)

    @property
    def textual(self) -> bool:
        """Whether its values are levels rather than numbers."""
        return any(chunk.textual for chunk in self.chunks)

    def part(self, start: int, end: int) -> "Column":
        """The rows from start to before end, a view."""
        begins = list(accumulate((chunk.rows for chunk in self.chunks), initial=0))
        inside = [
            chunk.part(max(start - begin, 0), end - begin)
            for chunk, begin in zip(self.chunks, begins, strict=False)
            if begin < end and begin + chunk.rows > start
        ]
        return Column(self.name, tuple(inside))
