"""A column in chunks, each of plain values or of places in a list of levels."""

from collections.abc import Sequence
from dataclasses import dataclass
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
