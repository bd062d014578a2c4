"""Requests, rows, errors and latency by minute of receipt."""

import base64
from collections import Counter
from dataclasses import dataclass, field

from fairlead_contracts.telemetry import HealthPart
from fairlead_drift.latency import LatencyHistogram

MINUTE = 60_000_000
_SERVER_ERROR, _CLIENT_ERROR = 500, 400
_FOLDED_AT = 10_000


@dataclass
class _Minute:
    requests: int = 0
    rows: int = 0
    client_errors: int = 0
    server_errors: int = 0
    took: list[int] = field(default_factory=list)
    latency: LatencyHistogram = field(default_factory=LatencyHistogram)

    def fold(self) -> None:
        """Count the durations: many of them at once cost a tenth of one by one."""
        for us, times in Counter(self.took).items():
            self.latency.record(us, times)
        self.took = []


class Health:
    """Counts of one replica since the last batch."""

    def __init__(self) -> None:
        self._minutes: dict[int, _Minute] = {}

    def record(self, received: int, took: int, status: int, rows: int) -> None:
        """Count one request: times in microseconds, its HTTP status, the rows that it scored."""
        key = received // MINUTE
        minute = self._minutes.get(key)
        if minute is None:
            minute = self._minutes[key] = _Minute()
        minute.requests += 1
        minute.rows += rows
        minute.took.append(took)
        if len(minute.took) >= _FOLDED_AT:
            minute.fold()
        if status >= _CLIENT_ERROR:
            minute.client_errors += status < _SERVER_ERROR
            minute.server_errors += status >= _SERVER_ERROR

    def take(self) -> tuple[HealthPart, ...]:
        """What was counted, and begin anew."""
        taken, self._minutes = self._minutes, {}
        for each in taken.values():
            each.fold()
        return tuple(
            HealthPart(
                minute=minute, requests=each.requests, rows=each.rows, client_errors=each.client_errors,
                server_errors=each.server_errors, latency=base64.b64encode(each.latency.to_bytes()).decode(),
            )
            for minute, each in sorted(taken.items())
        )  # fmt: skip
