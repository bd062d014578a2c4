"""Profiles of the scored rows, one for each minute of event time."""

import base64
from collections.abc import Sequence

import numpy as np
from fairlead_contracts.telemetry import ProfilePart
from fairlead_drift import Baseline, Profile

from fairlead_runtime.protocol.cells import Array
from fairlead_runtime.telemetry.health import MINUTE

PARTS, GROUP_BYTES = 64, 2_000_000


class Profiles:
    """The rows scored since the last batch, summarised on the baseline's bins."""

    def __init__(self, baseline: Baseline) -> None:
        self.baseline = baseline
        self._minutes: dict[int, Profile] = {}

    def record(self, numeric: Array, codes: Array, times: Sequence[int]) -> None:
        """Fold rows in, as `Blocks.of` gives them; `times` are microseconds of event time, one a row."""
        minute = times[0] // MINUTE
        if minute == min(times) // MINUTE == max(times) // MINUTE:
            self._of(minute).update_block(numeric, codes)
            return
        minutes = np.asarray(times, dtype=np.int64) // MINUTE
        order = np.argsort(minutes, kind="stable")
        found, starts = np.unique(minutes[order], return_index=True)
        for each, places in zip(found.tolist(), np.split(order, starts[1:]), strict=True):
            self._of(each).update_block(numeric[places], codes[places])

    def _of(self, minute: int) -> Profile:
        profile = self._minutes.get(minute)
        if profile is None:
            profile = self._minutes[minute] = Profile.empty(self.baseline)
        return profile

    def take(self) -> list[tuple[ProfilePart, ...]]:
        """What was folded in, in groups of at most 64 parts and of what one message holds, and begin anew."""
        taken, self._minutes = self._minutes, {}
        parts = [
            ProfilePart(minute=minute, rows=profile.rows, profile=base64.b64encode(profile.to_bytes()).decode())
            for minute, profile in sorted(taken.items())
        ]
        size = max(1, min(PARTS, GROUP_BYTES // max((len(part.profile) for part in parts), default=1)))
        return [tuple(parts[start : start + size]) for start in range(0, len(parts), size)]
