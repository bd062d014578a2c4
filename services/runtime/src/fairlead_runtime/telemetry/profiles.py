"""Profiles of the scored rows, one for each minute of event time."""

import base64
from collections.abc import Sequence

from fairlead_contracts.adapters import Table
from fairlead_contracts.telemetry import ProfilePart
from fairlead_drift import Baseline, Profile

from fairlead_runtime.telemetry.health import MINUTE

PARTS = 64


class Profiles:
    """The rows scored since the last batch, summarised on the baseline's bins."""

    def __init__(self, baseline: Baseline) -> None:
        self.baseline = baseline
        self._minutes: dict[int, Profile] = {}
        self._rows: dict[int, int] = {}

    def record(self, table: Table, times: Sequence[int], rows: int) -> None:
        """Fold rows in; `times` are microseconds of event time, one a row."""
        first = times[0] // MINUTE
        if times[-1] // MINUTE == first and all(time // MINUTE == first for time in times):
            self._fold(first, table, rows)
            return
        minutes = [time // MINUTE for time in times]
        for minute in set(minutes):
            places = [place for place, each in enumerate(minutes) if each == minute]
            self._fold(minute, {name: values[places] for name, values in table.items()}, len(places))

    def _fold(self, minute: int, table: Table, rows: int) -> None:
        profile = self._minutes.get(minute)
        if profile is None:
            profile = self._minutes[minute] = Profile.empty(self.baseline)
        profile.update(table)
        self._rows[minute] = self._rows.get(minute, 0) + rows

    def take(self) -> list[tuple[ProfilePart, ...]]:
        """What was folded in, in groups of at most 64 parts, and begin anew."""
        taken, counted, self._minutes, self._rows = self._minutes, self._rows, {}, {}
        parts = [
            ProfilePart(minute=minute, rows=counted[minute], profile=base64.b64encode(profile.to_bytes()).decode())
            for minute, profile in sorted(taken.items())
        ]
        return [tuple(parts[start : start + PARTS]) for start in range(0, len(parts), PARTS)]
