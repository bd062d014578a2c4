"""The baseline: the frozen bins of every feature, with the counts of the training data."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from fairlead_contracts.errors import InvalidTableError

from fairlead_drift.errors import BaselineError
from fairlead_drift.features import Array, Categorical, Feature, Numeric, from_json, frozen, to_json
from fairlead_drift.fitting import fit_categorical, fit_numeric
from fairlead_drift.layout import Layout
from fairlead_drift.levels import encode, encode_array
from fairlead_drift.memory import counted, pack
from fairlead_drift.tables import Column, column_of, columns_of
from fairlead_drift.updating import fold_columns

VERSION = 2
MAX_BINS = 64
KINDS = ("deciles", "equal width")


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

        `table`: a mapping of name to array (n,) of floats, integers, truth values or texts, missing NaN, None or
        masked; or a pandas, polars or Arrow table. `bins`: `deciles`, at most `max_bins` quantiles of training, or
        `equal width`, as many over its range. `categorical`: columns to take as levels though numeric.
        Raises: BaselineError for no columns, no rows, columns of different lengths, or another kind of bins.
        """
        kind = bins.replace("_", " ").replace("-", " ")
        if kind not in KINDS or not 2 <= max_bins <= MAX_BINS:
            raise BaselineError(f"bins are {' or '.join(map(repr, KINDS))}, from 2 to {MAX_BINS} of them.")
        try:
            columns = columns_of(table)
            rows = _rows(columns)
            _require_known(columns, categorical, importance or {})
            features = tuple(
                _fit(column, kind, max_bins, name in categorical, (importance or {}).get(name))
                for name, column in columns.items()
            )
        except InvalidTableError as error:
            raise BaselineError(error.detail) from error
        empty = cls(features, rows)
        memory = empty.memory.copy()
        fold_columns(memory, empty, columns, 1)
        return replace(empty, features=tuple(counted(memory, empty.layout, features)))

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 over the text form."""
        return hashlib.sha256(self.to_json().encode()).digest()

    @cached_property
    def bins_digest(self) -> bytes:
        """SHA-256 over what profiles depend on: names and bins, not counts or importance."""
        return hashlib.sha256(b"".join(frozen(each) for each in self.features)).digest()

    @cached_property
    def offsets(self) -> list[int]:
        """Where each feature's counts begin in a profile; the last item is how many there are in all."""
        return [0, *np.cumsum([each.size for each in self.features]).tolist()]

    @cached_property
    def layout(self) -> Layout:
        """What this baseline's profiles consist of."""
        return Layout.of(self.bins_digest, self.features)

    @cached_property
    def memory(self) -> Array:
        """The bins packed for the kernels, with the state of a profile that has counted nothing."""
        return pack(self.layout, self.features)

    @cached_property
    def numeric(self) -> list[Numeric]:
        """The numeric features, in order."""
        return [each for each in self.features if isinstance(each, Numeric)]

    @cached_property
    def categorical(self) -> list[Categorical]:
        """The categorical features, in order."""
        return [each for each in self.features if isinstance(each, Categorical)]

    def encode(self, name: str, values: Any) -> Array:
        """The codes (n,) int32 of a categorical feature's values, as `Profile.update_block` takes them.

        Raises: BaselineError for no such feature, InvalidTableError for values that are no levels.
        """
        feature = next((each for each in self.categorical if each.name == name), None)
        if feature is None:
            raise BaselineError(f"The baseline has no categorical feature {name}.")
        if type(values) is np.ndarray and values.ndim == 1:
            return encode_array(feature, values)
        return np.concatenate([*encode(feature, column_of(name, values)), np.zeros(0, dtype=np.int32)])

    def to_json(self) -> str:
        """The text form; `from_json` gives an equal baseline back."""
        plain = {
            "v": VERSION,
            "rows": self.rows,
            "bins": self.bins_digest.hex(),
            "features": [to_json(each) for each in self.features],
        }
        return json.dumps(plain, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Baseline":
        """Read the text form. Raises: BaselineError when it is none."""
        try:
            plain = json.loads(text)
            if plain["v"] != VERSION:
                raise BaselineError(f"This baseline is of version {plain['v']}; this program reads {VERSION}.")
            baseline = cls(tuple(from_json(each) for each in plain["features"]), int(plain["rows"]))
            if baseline.bins_digest.hex() != plain["bins"]:
                raise BaselineError("This baseline is damaged: its bins are not those that it names.")
            return baseline
        except (ValueError, KeyError, TypeError) as error:
            raise BaselineError("This is not a baseline, or a damaged one.") from error


def _rows(columns: Mapping[str, Column]) -> int:
    lengths = {column.rows for column in columns.values()}
    if not columns:
        raise BaselineError("The table has no columns.")
    if len(lengths) > 1:
        raise BaselineError("The columns are of different lengths.")
    rows = lengths.pop()
    if rows == 0:
        raise BaselineError("The table has no rows; a baseline needs the training data.")
    return rows


def _require_known(
    columns: Mapping[str, Column], categorical: Collection[str], importance: Mapping[str, float]
) -> None:
    if unknown := sorted({*categorical, *importance} - set(columns)):
        raise BaselineError(f"The table has no column {', '.join(unknown[:10])}.")


def _fit(column: Column, bins: str, most: int, as_levels: bool, importance: float | None) -> Feature:
    if as_levels or column.textual:
        return fit_categorical(column, importance)
    return fit_numeric(column, bins, most, importance)
