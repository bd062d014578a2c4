"""Predictions that await their actuals, kept as they were scored until the next batch leaves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from fairlead_runtime.protocol.outputs import Scores
from fairlead_runtime.serving.calls import Call

BATCH_ROWS, BATCH_BYTES = 5_000, 2_000_000
_ROW_BYTES, _CELL_BYTES, _CHARACTER_BYTES = 40, 24, 4


@dataclass
class Kept:
    """Rows column by column. Times in microseconds since 1970."""

    ids: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    outputs: dict[str, list[Any]] = field(default_factory=dict)

    def cut(self, at: slice) -> "Kept":
        """Some of the rows."""
        outputs = {name: each[at] for name, each in self.outputs.items()}
        return Kept(self.ids[at], self.rows[at], self.times[at], outputs)


class Predictions:
    """Ids, rows, times and outputs since the last batch."""

    def __init__(self) -> None:
        self._kept = Kept()

    def __len__(self) -> int:
        """How many rows are kept."""
        return len(self._kept.ids)

    def record(self, calls: Sequence[Call], times: Sequence[int], scores: Scores) -> None:
        """Keep the rows of a batch: each under its answer's id and its place there, or under its own id."""
        kept = self._kept
        for call in calls:
            count = call.rows.count
            if call.own_ids is not None:
                kept.ids += call.own_ids
                kept.rows += [0] * count
            elif count == 1:
                kept.ids.append(call.id)
                kept.rows.append(0)
            else:
                kept.ids += [call.id] * count
                kept.rows += range(count)
        kept.times += times
        for name in scores.table:
            kept.outputs.setdefault(name, []).extend(scores.cells(name))

    def take(self) -> Iterator[Kept]:
        """What was kept, in batches of bounded size, and begin anew."""
        kept, self._kept = self._kept, Kept()
        size = _rows_of_a_batch(kept)
        return (kept.cut(slice(start, start + size)) for start in range(0, len(kept.ids), size))


def _rows_of_a_batch(kept: Kept) -> int:
    longest = max(map(len, kept.ids), default=0)
    row = _ROW_BYTES + longest * _CHARACTER_BYTES + len(kept.outputs) * _CELL_BYTES
    return max(1, min(BATCH_ROWS, BATCH_BYTES // row))
