"""Predictions that await their actuals, kept by column until the next batch leaves."""

from collections.abc import Sequence
from typing import Any

from fairlead_contracts.adapters import Table

BATCH_ROWS = 5_000
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
            self._outputs.setdefault(name, []).extend(values.tolist())

    def take(self) -> list[Batch]:
        """What was kept, in batches of bounded size, and begin anew."""
        ids, rows, times, outputs = self._ids, self._rows, self._times, self._outputs
        self._ids, self._rows, self._times, self._outputs = [], [], [], {}
        spans = [slice(start, start + BATCH_ROWS) for start in range(0, len(ids), BATCH_ROWS)]
        return [(ids[at], rows[at], times[at], {name: each[at] for name, each in outputs.items()}) for at in spans]
