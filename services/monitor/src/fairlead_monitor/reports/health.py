"""Service health by receipt time: merged exactly over replicas and minutes."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from fairlead_contracts.operations.monitor import GetHealth, HealthReport, HealthView
from fairlead_drift.latency import LatencyHistogram

from fairlead_monitor.reports.covering import rows
from fairlead_monitor.windows.grains import DAY, HOUR, MINUTE

Row = tuple[Any, ...]


def health(db: sqlite3.Connection, asked: GetHealth) -> HealthReport:
    """Requests, rows, errors and latency: merged, by version, by replica."""
    columns = "version, replica, requests, rows, client_errors, server_errors, latency"
    merged = list(rows(db, "health", columns, asked, (DAY, HOUR, MINUTE), "replica = ''"))
    detailed = list(rows(db, "health", columns, asked, (HOUR, MINUTE), "replica != ''"))
    return HealthReport(
        merged=_merged("all", merged, asked.slow_ms),
        versions=tuple(_by(merged, 0, "version ", asked.slow_ms)),
        replicas=tuple(_by(detailed, 1, "", asked.slow_ms)),
    )


def _by(windows: list[Row], place: int, prefix: str, slow_ms: float | None) -> Iterable[HealthView]:
    for key in sorted({row[place] for row in windows}):
        yield _merged(f"{prefix}{key}", [row for row in windows if row[place] == key], slow_ms)


def _merged(scope: str, windows: list[Row], slow_ms: float | None) -> HealthView:
    latency = LatencyHistogram()
    for row in windows:
        latency = latency.merge(LatencyHistogram.from_bytes(row[6]))
    requests, scored, client, server = (sum(row[place] for row in windows) for place in (2, 3, 4, 5))
    p50, p95, p99 = (latency.quantile(q) if requests else None for q in (0.5, 0.95, 0.99))
    return HealthView(
        scope=scope,
        requests=requests,
        rows=scored,
        client_errors=client,
        server_errors=server,
        p50=p50,
        p95=p95,
        p99=p99,
        slow=None if slow_ms is None else latency.over(round(slow_ms * 1000)),
    )
