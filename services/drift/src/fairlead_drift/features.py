"""One feature of a baseline: its frozen bins, and what training put in them."""

import json
import struct
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from fairlead_drift.tables.numbers import absent

Array = np.ndarray[Any, Any]
OTHER, NEW, MISSING = "Other", "New level", "missing"


@dataclass(frozen=True)
class Numeric:
    """A numeric feature. Bins: below `low`; between the edges, left-closed; above `high`; missing.

    `quantum`: the grid, a power of two, on which sums are taken as integers, so that they add up exactly.
    """

    name: str
    low: float
    high: float
    edges: tuple[float, ...]
    quantum: float
    counts: tuple[int, ...] = ()
    total: int = 0
    squares: int = 0
    importance: float | None = None
    kind: str = "numeric"

    @property
    def size(self) -> int:
        """How many bins there are."""
        return len(self.edges) + 4

    @property
    def labels(self) -> tuple[str, ...]:
        """What each bin holds, in order."""
        bounds = [self.low, *self.edges, self.high]
        pairs = list(pairwise(bounds))
        inner = [f"[{a:g}, {b:g}{']' if place == len(pairs) - 1 else ')'}" for place, (a, b) in enumerate(pairs)]
        return (f"< {self.low:g}", *inner, f"> {self.high:g}", MISSING)


@dataclass(frozen=True)
class Categorical:
    """A categorical feature. Bins: the most frequent levels of training, the other known ones, new ones, missing."""

    name: str
    levels: tuple[str, ...]
    others: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    importance: float | None = None
    kind: str = "categorical"

    @cached_property
    def codes(self) -> "Codes":
        """The code of each level that training had."""
        return Codes(self)

    @property
    def size(self) -> int:
        """How many bins there are."""
        return len(self.levels) + 3

    @property
    def labels(self) -> tuple[str, ...]:
        """What each bin holds, in order."""
        return (*self.levels, OTHER, NEW, MISSING)


Feature = Numeric | Categorical


class Bins(Protocol):
    """What counting needs of a baseline: its features, all of them and each kind alone, in order."""

    @property
    def features(self) -> tuple[Feature, ...]:
        """All."""
        ...

    @property
    def numeric(self) -> list[Numeric]:
        """The numeric ones."""
        ...

    @property
    def categorical(self) -> list[Categorical]:
        """The categorical ones."""
        ...


class Codes(dict[Any, int]):
    """Codes by value: texts are looked up, what else comes is turned into its text first."""

    def __init__(self, feature: Categorical) -> None:
        super().__init__(dict.fromkeys(feature.others, len(feature.levels)))
        self.update({level: code for code, level in enumerate(feature.levels)})
        self.new, self.missing = len(feature.levels) + 1, len(feature.levels) + 2

    def __missing__(self, value: Any) -> int:
        """The code of what is no known text. It is not kept: 1, 1.0 and True are one key, but not one level."""
        text = text_of(value)
        return self.missing if text is None else self.get(text, self.new)


def text_of(value: Any) -> str | None:
    """A categorical value as the text that its level has; None when it is missing."""
    if isinstance(value, str):
        return value
    if absent(value):
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def frozen(feature: Feature) -> bytes:
    """What profiles depend on, as `contracts/PROFILES.md` says: the name and the bins; not counts or importance."""
    if isinstance(feature, Numeric):
        numbers = (feature.low, feature.high, feature.quantum, *feature.edges)
        return b"N" + _text(feature.name) + struct.pack(f"<I{len(numbers)}d", len(feature.edges), *numbers)
    parts = [b"C", _text(feature.name)]
    for levels in (feature.levels, feature.others):
        parts += [struct.pack("<I", len(levels)), *map(_text, levels)]
    return b"".join(parts)


def _text(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return struct.pack("<I", len(data)) + data


def to_json(feature: Feature) -> dict[str, Any]:
    """A feature as plain values; floats as their shortest exact text."""
    return {name: _plain(getattr(feature, name)) for name in feature.__dataclass_fields__}


def from_json(plain: dict[str, Any]) -> Feature:
    """A feature back from plain values."""
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    if plain["kind"] == "categorical":
        return Categorical(**fields)
    for name in ("low", "high", "quantum"):
        fields[name] = float(fields[name])
    fields["edges"] = tuple(float(edge) for edge in fields["edges"])
    fields["total"], fields["squares"] = int(fields["total"]), int(fields["squares"])
    return Numeric(**fields)


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return json.loads(json.dumps(value))
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, int) and abs(value) > 2**53 else value
