"""Requests, rows, errors and latency by minute of receipt."""

import base64
from dataclasses import dataclass, field

from fairlead_contracts.telemetry import HealthPart
from fairlead_drift.latency import LatencyHistogram

MINUTE = 60_000_000
_SERVER_ERROR, _CLIENT_ERROR = 500, 400


@dataclass
class _Minute:
    requests: int = 0
    rows: int = 0
    client_errors: int = 0
    server_errors: int = 0
    latency: LatencyHistogram = field(default_factory=LatencyHistogram)


class Health:
    """Counts of one replica since the last batch."""

    def __init__(self) -> None:
        self._minutes: dict[int, _Minute] = {}

    def record(self, received: int, took: int, status: int, rows: int) -> None:
        """Count one request: times in microseconds, its HTTP status, the rows that it scored."""
        minute = self._minutes.setdefault(received // MINUTE, _Minute())
        minute.requests += 1
        minute.rows += rows
        minute.client_errors += _CLIENT_ERROR <= status < _SERVER_ERROR
        minute.server_errors += status >= _SERVER_ERROR
        minute.latency.record(took)

    def take(self) -> tuple[HealthPart, ...]:
        """What was counted, and begin anew."""
        taken, self._minutes = self._minutes, {}
        return tuple(
            HealthPart(
                minute=minute, requests=each.requests, rows=each.rows, client_errors=each.client_errors,
                server_errors=each.server_errors, latency=base64.b64encode(each.latency.to_bytes()).decode(),
            )
            for minute, each in sorted(taken.items())
        )  # fmt: skip
