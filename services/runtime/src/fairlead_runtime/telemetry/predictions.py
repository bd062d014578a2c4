"""Predictions that await their actuals, kept by column until the next batch leaves."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from fairlead_contracts.adapters import Table

BATCH_ROWS, BATCH_BYTES = 5_000, 2_000_000
_ROW_BYTES, _CELL_BYTES, _CHARACTER_BYTES = 40, 24, 4
Batch = tuple[list[str], list[int], list[int], dict[str, list[Any]]]


class Predictions:
    """Ids, rows, times and outputs since the last batch."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._rows: list[int] = []
        self._times: list[int] = []
        self._outputs: dict[str, list[Any]] = {}

    def record(self, id_: str, own: Sequence[str] | None, times: Sequence[int], outputs: Table) -> None:
        """Keep the rows of one answer: under the answer's id and their place, or under their own ids."""
        self._ids += own or [id_] * len(times)
        self._rows += [0] * len(times) if own else range(len(times))
        self._times += times
        for name, values in outputs.items():
            self._outputs.setdefault(name, []).extend(_cells(values))

    def take(self) -> list[Batch]:
        """What was kept, in batches of bounded size, and begin anew."""
        ids, rows, times, outputs = self._ids, self._rows, self._times, self._outputs
        self._ids, self._rows, self._times, self._outputs = [], [], [], {}
        size = _rows_of_a_batch(ids, len(outputs))
        spans = [slice(start, start + size) for start in range(0, len(ids), size)]
        return [(ids[at], rows[at], times[at], {name: each[at] for name, each in outputs.items()}) for at in spans]


def _cells(values: "np.ndarray[Any, Any]") -> list[Any]:
    cells: list[Any] = values.tolist()
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        return [cell if known else None for cell, known in zip(cells, np.isfinite(values), strict=True)]
    return cells


def _rows_of_a_batch(ids: Sequence[str], outputs: int) -> int:
    longest = max(map(len, ids), default=0)
    row = _ROW_BYTES + longest * _CHARACTER_BYTES + outputs * _CELL_BYTES
    return max(1, min(BATCH_ROWS, BATCH_BYTES // row))
