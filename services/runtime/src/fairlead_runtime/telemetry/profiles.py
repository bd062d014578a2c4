"""Profiles of the scored rows, one for each minute of event time."""

import base64
from collections.abc import Sequence

import numpy as np
from fairlead_contracts.adapters import Table
from fairlead_contracts.telemetry import ProfilePart
from fairlead_drift import Baseline, Profile

from fairlead_runtime.telemetry.health import MINUTE

PARTS, GROUP_BYTES = 64, 2_000_000


class Profiles:
    """The rows scored since the last batch, summarised on the baseline's bins."""

    def __init__(self, baseline: Baseline) -> None:
        self.baseline = baseline
        self._minutes: dict[int, Profile] = {}
        self._rows: dict[int, int] = {}

    def record(self, table: Table, times: Sequence[int], rows: int) -> None:
        """Fold rows in; `times` are microseconds of event time, one a row."""
        minutes = np.asarray(times, dtype=np.int64) // MINUTE
        if (minutes == minutes[0]).all():
            self._fold(int(minutes[0]), table, rows)
            return
        order = np.argsort(minutes, kind="stable")
        found, starts = np.unique(minutes[order], return_index=True)
        for minute, places in zip(found.tolist(), np.split(order, starts[1:]), strict=True):
            self._fold(minute, {name: values[places] for name, values in table.items()}, places.size)

    def _fold(self, minute: int, table: Table, rows: int) -> None:
        profile = self._minutes.get(minute)
        if profile is None:
            profile = self._minutes[minute] = Profile.empty(self.baseline)
        profile.update(table)
        self._rows[minute] = self._rows.get(minute, 0) + rows

    def take(self) -> list[tuple[ProfilePart, ...]]:
        """What was folded in, in groups of at most 64 parts and of what one message holds, and begin anew."""
        taken, counted, self._minutes, self._rows = self._minutes, self._rows, {}, {}
        parts = [
            ProfilePart(minute=minute, rows=counted[minute], profile=base64.b64encode(profile.to_bytes()).decode())
            for minute, profile in sorted(taken.items())
        ]
        size = max(1, min(PARTS, GROUP_BYTES // max((len(part.profile) for part in parts), default=1)))
        return [tuple(parts[start : start + size]) for start in range(0, len(parts), size)]
