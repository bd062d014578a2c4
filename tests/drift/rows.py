"""Rows that strain a profile: doubles at their ends, ties, whole numbers over 2**53, levels that training never had."""

import math
from typing import Any

import numpy as np
from fairlead_drift import Baseline
from hypothesis import strategies as st

ENDS = [
    0.0, -0.0, 1.0, -1.0, 0.5, 2.5, 5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308,
    -1.7976931348623157e308, math.inf, -math.inf, math.nan, 2.0**53, 2.0**53 + 2, -(2.0**63), 1e-9, 1e9, 1e15, 3.0, 3.0,
]  # fmt: skip
NUMBERS = st.one_of(st.sampled_from(ENDS), st.floats(width=64), st.floats(-10, 10), st.integers(-3, 9).map(float))
WHOLE = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-4, 4), st.sampled_from([2**53 + 1, -(2**53) - 1]))
TEXTS = st.one_of(st.sampled_from(["a", "b", "c", "new", "", "ü"]), st.none())
ROW = st.tuples(NUMBERS, NUMBERS, NUMBERS, WHOLE, st.booleans(), TEXTS)
NAMES = ("skewed", "tied", "tiny", "whole", "flag", "text")
ROWS = st.lists(ROW, max_size=60)


def columns_of(rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """The rows column by column."""
    return {name: [row[place] for row in rows] for place, name in enumerate(NAMES)}


def arrays_of(columns: dict[str, list[Any]]) -> dict[str, np.ndarray]:
    """The columns as the arrays that a table has."""
    types = {"whole": np.int64, "flag": np.bool_, "text": object}
    return {name: np.array(values, dtype=types.get(name, np.float64)) for name, values in columns.items()}


def baseline_of(bins: str = "deciles", most: int = 10) -> Baseline:
    """A baseline whose features are skewed, tied, of subnormal values, whole, two-valued, and of a few levels."""
    rng = np.random.default_rng(7)
    table = {
        "skewed": rng.lognormal(0, 3, 500), "tied": np.round(rng.exponential(size=500) * 3),
        "tiny": rng.normal(size=500) * 1e-310, "whole": rng.integers(-(2**62), 2**62, 500),
        "flag": rng.random(500) < 0.3, "text": np.array(["a", "b", "ü", None], dtype=object)[rng.integers(0, 4, 500)],
    }  # fmt: skip
    return Baseline.fit(table, bins=bins, max_bins=most)
