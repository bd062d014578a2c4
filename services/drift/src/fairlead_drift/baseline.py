"""The baseline: the frozen bins of every feature, with the counts of the training data."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from fairlead_drift.errors import BaselineError
from fairlead_drift.features import (
    Array,
    Categorical,
    Feature,
    Numeric,
    fit_categorical,
    fit_numeric,
    from_json,
    to_json,
)

VERSION = 1
MAX_BINS = 64
Table = Mapping[str, Array]


@dataclass(frozen=True)
class Baseline:
    """What a version is compared with for all its life. Immutable; `digest` names it."""

    features: tuple[Feature, ...]
    rows: int

    @classmethod
    def fit(
        cls,
        table: Any,
        bins: str = "deciles",
        max_bins: int = 10,
        categorical: Collection[str] = (),
        importance: Mapping[str, float] | None = None,
    ) -> "Baseline":
        """Freeze bins and count the training rows.

        `table`: column name to array (n,): float, integer, bool, or object of str; missing NaN or None.
        `bins`: `deciles` (`max_bins` quantiles of training). `categorical`: columns to take as levels though numeric.
        Raises: BaselineError for no columns, no rows, columns of different lengths, or another kind of bins.
        """
        columns = columns_of(table)
        rows = _rows(columns)
        if bins != "deciles" or not 2 <= max_bins <= MAX_BINS:
            raise BaselineError(f"bins are 'deciles', from 2 to {MAX_BINS} of them.")
        weights = importance or {}
        features = tuple(
            _fit(name, values, max_bins, name in categorical, weights.get(name)) for name, values in columns.items()
        )
        empty = cls(features, rows)
        from fairlead_drift.profile import Profile

        profile = Profile.empty(empty)
        profile.update(columns)
        return replace(empty, features=tuple(profile.counted()))

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 over the text form."""
        return hashlib.sha256(self.to_json().encode()).digest()

    @cached_property
    def bins_digest(self) -> bytes:
        """SHA-256 over what profiles depend on: names and bins, not counts or importance."""
        bare = [replace(each, counts=(), importance=None) for each in self.features]
        plain = [to_json(replace(each, total=0, squares=0) if isinstance(each, Numeric) else each) for each in bare]
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).digest()

    @cached_property
    def offsets(self) -> list[int]:
        """Where each feature's counts begin in a profile; the last item is how many there are in all."""
        return [0, *np.cumsum([each.size for each in self.features]).tolist()]

    @cached_property
    def grids(self) -> list[tuple[Array, Array]]:
        """For each feature the edges and (low, high, 1/quantum) that kernels take; empty for categorical ones."""
        empty = np.zeros(0)
        return [
            (np.array(each.edges, dtype=np.float64), np.array([each.low, each.high, 1.0 / each.quantum]))
            if isinstance(each, Numeric)
            else (empty, empty)
            for each in self.features
        ]

    @property
    def numeric(self) -> list[Numeric]:
        """The numeric features, in order."""
        return [each for each in self.features if isinstance(each, Numeric)]

    @property
    def categorical(self) -> list[Categorical]:
        """The categorical features, in order."""
        return [each for each in self.features if isinstance(each, Categorical)]

    def encode(self, name: str, values: Array) -> Array:
        """The codes (n,) int32 of a categorical feature's values."""
        for each in self.categorical:
            if each.name == name:
                return each.encode(values)
        raise BaselineError(f"The baseline has no categorical feature {name}.")

    def to_json(self) -> str:
        """The text form; `from_json` gives an equal baseline back."""
        plain = {"v": VERSION, "rows": self.rows, "features": [to_json(each) for each in self.features]}
        return json.dumps(plain, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Baseline":
        """Read the text form. Raises: BaselineError when it is none."""
        try:
            plain = json.loads(text)
            if plain["v"] != VERSION:
                raise BaselineError(f"This baseline is of version {plain['v']}; this program reads {VERSION}.")
            return cls(tuple(from_json(each) for each in plain["features"]), int(plain["rows"]))
        except (ValueError, KeyError, TypeError) as error:
            raise BaselineError("This is not a baseline, or a damaged one.") from error


def columns_of(table: Any) -> dict[str, Array]:
    """The columns of a mapping, or of a pandas, polars or Arrow table, without copying where the layout allows."""
    if isinstance(table, Mapping):
        return {str(name): np.asarray(values) for name, values in table.items()}
    names: Iterable[str] = table.column_names if hasattr(table, "column_names") else table.columns
    return {str(name): _numpy(table[name]) for name in names}


def _numpy(column: Any) -> Array:
    return np.asarray(column.to_numpy())


def _rows(columns: Mapping[str, Array]) -> int:
    lengths = {len(values) for values in columns.values()}
    if not columns:
        raise BaselineError("The table has no columns.")
    if len(lengths) > 1:
        raise BaselineError("The columns are of different lengths.")
    rows = lengths.pop()
    if rows == 0:
        raise BaselineError("The table has no rows; a baseline needs the training data.")
    return rows


def _fit(name: str, values: Array, bins: int, as_levels: bool, importance: float | None) -> Feature:
    if values.ndim != 1:
        raise BaselineError(f"Column {name} is not one-dimensional.")
    if as_levels or values.dtype.kind in "OUSb":
        return fit_categorical(name, values, importance)
    if values.dtype.kind not in "fiu":
        raise BaselineError(
            f"Column {name} is of type {values.dtype}; numbers, truth values and texts can be profiled."
        )
    return fit_numeric(name, values.astype(np.float64), bins, importance)
