"""One feature of a baseline: its frozen bins, and what training put in them."""

import json
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
TOP_LEVELS = 25
KNOWN_LEVELS = 10_000
OTHER, NEW, MISSING = "Other", "New level", "missing"
_FRACTION_BITS = 30


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
    codes: dict[str, int] = field(default_factory=dict, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        """Index the levels by their codes."""
        self.codes.update({level: code for code, level in enumerate(self.levels)})
        self.codes.update(dict.fromkeys(self.others, len(self.levels)))

    @property
    def size(self) -> int:
        """How many bins there are."""
        return len(self.levels) + 3

    @property
    def labels(self) -> tuple[str, ...]:
        """What each bin holds, in order."""
        return (*self.levels, OTHER, NEW, MISSING)

    def encode(self, values: Array) -> Array:
        """Shapes: values (n,) of str, bool or numbers, missing None or NaN; the codes (n,) int32."""
        new, missing, codes = len(self.levels) + 1, len(self.levels) + 2, self.codes
        return np.array(
            [missing if (text := text_of(value)) is None else codes.get(text, new) for value in values.tolist()],
            dtype=np.int32,
        )


Feature = Numeric | Categorical


def text_of(value: Any) -> str | None:
    """A categorical value as the text that its level has; None when it is missing."""
    if value is None or value != value:  # NaN alone differs from itself
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else str(value)


def fit_numeric(name: str, values: Array, bins: int, importance: float | None) -> Numeric:
    """Freeze bins at the training quantiles, ties merged. Shapes: values (n,) float64, missing NaN."""
    present = values[np.isfinite(values)]
    if present.size == 0:
        return Numeric(name, 0.0, 0.0, (), 1.0, importance=importance)
    low, high = float(present.min()), float(present.max())
    quantiles = np.quantile(present, np.linspace(0, 1, bins + 1)[1:-1], method="inverted_cdf")
    edges = tuple(float(edge) for edge in np.unique(quantiles) if edge > low)
    largest = max(abs(low), abs(high))
    exponent = int(np.floor(np.log2(largest))) + 1 if largest > 0 else 0
    return Numeric(name, low, high, edges, float(2.0 ** (exponent - _FRACTION_BITS)), importance=importance)


def fit_categorical(name: str, values: Array, importance: float | None) -> Categorical:
    """Freeze the most frequent levels, ties by name; the rest is known as others."""
    texts = [text for value in values.tolist() if (text := text_of(value)) is not None]
    levels, counts = np.unique(np.array(texts, dtype=object).astype(str), return_counts=True)
    ordered = [str(level) for _, level in sorted(zip((-counts).tolist(), levels.tolist(), strict=True))]
    return Categorical(
        name, tuple(ordered[:TOP_LEVELS]), tuple(ordered[TOP_LEVELS:KNOWN_LEVELS]), importance=importance
    )


def to_json(feature: Feature) -> dict[str, Any]:
    """A feature as plain values; floats as their shortest exact text."""
    names = [name for name in feature.__dataclass_fields__ if name != "codes"]
    return {name: _plain(getattr(feature, name)) for name in names}


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
