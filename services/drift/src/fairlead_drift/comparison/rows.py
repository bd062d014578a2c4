"""Comparing two tables of rows, all columns together."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from fairlead_contracts.errors import InvalidTableError

from fairlead_drift.comparison.look import LEVEL
from fairlead_drift.detectors import batch_detector
from fairlead_drift.features import Array, text_of
from fairlead_drift.tables import Column, columns_of
from fairlead_drift.tables.chunks import Coded
from fairlead_drift.tables.numbers import blocks, numbers_of


@dataclass(frozen=True)
class TableDrift:
    """What a batch detector says. `drifting`: the effect is at least the line, and significant at the level."""

    detector: str
    metric: str
    effect: float
    p_value: float | None
    effect_line: float
    drifting: bool


def compare_tables(
    training: Any, scoring: Any, detector: str = "domain_classifier", effect_line: float | None = None,
    level: float = LEVEL,
) -> TableDrift:  # fmt: skip
    """Compare rows with rows: mappings of name to array, or pandas, polars or Arrow tables, of the same columns.

    `detector`: the name of an installed batch detector; `effect_line`: else the detector's own.
    Raises: DetectorError for an unknown detector; InvalidTableError for tables that it cannot judge.
    """
    judge = batch_detector(detector)
    found = judge.judge(_whole(training), _whole(scoring))
    line = judge.line if effect_line is None else effect_line
    significant = found.p_value is None or found.p_value <= level
    drifting = found.drifting if found.drifting is not None else significant and found.effect >= line
    return TableDrift(detector, found.metric, found.effect, found.p_value, line, drifting)


def _whole(table: Any) -> dict[str, Array]:
    """The columns as detectors get them: float64 with NaN, or object of str with None."""
    columns = columns_of(table)
    if len({each.rows for each in columns.values()}) > 1:
        raise InvalidTableError("The columns are of different lengths.")
    return {name: _texts(each) if each.textual else _numbers(each) for name, each in columns.items()}


def _numbers(column: Column) -> Array:
    return np.concatenate([np.zeros(0), *(block.copy() for each in numbers_of(column) for block in blocks(each))])


def _texts(column: Column) -> Array:
    found: list[str | None] = []
    for chunk in column.chunks:
        if isinstance(chunk, Coded):
            levels, last = [*map(text_of, chunk.levels), None], len(chunk.levels)
            found += [levels[place if 0 <= place < last else last] for place in chunk.places.tolist()]
        else:
            valid = [True] * chunk.rows if chunk.valid is None else chunk.valid.tolist()
            found += [
                text_of(each) if there else None for each, there in zip(chunk.values.tolist(), valid, strict=True)
            ]
    array = np.empty(len(found), dtype=object)
    array[:] = found
    return array
