"""Service health by receipt time: merged exactly over replicas and minutes."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from fairlead_contracts.operations.monitor import (
    CoverageReport,
    Gap,
    GetCoverage,
    GetHealth,
    HealthReport,
    HealthView,
)
from fairlead_drift.latency import LatencyHistogram

from fairlead_monitor.reports.periods import minutes
from fairlead_monitor.reports.selection import where

Row = tuple[Any, ...]


def health(db: sqlite3.Connection, asked: GetHealth) -> HealthReport:
    """Requests, rows, errors and latency: merged, by version, by replica."""
    condition, values = where(asked)
    rows = db.execute(
        "SELECT version, replica, requests, rows, client_errors, server_errors, latency FROM health"  # noqa: S608  # ours
        f" WHERE {condition} AND minute >= ? AND minute < ?",
        (*values, *minutes(asked.start, asked.end)),
    ).fetchall()
    return HealthReport(
        merged=_merged("all", rows, asked.slow_ms),
        versions=tuple(_by(rows, 0, "version ", asked.slow_ms)),
        replicas=tuple(_by(rows, 1, "", asked.slow_ms)),
    )


def _by(rows: list[Row], place: int, prefix: str, slow_ms: float | None) -> Iterable[HealthView]:
    for key in sorted({row[place] for row in rows}):
        yield _merged(f"{prefix}{key}", [row for row in rows if row[place] == key], slow_ms)


def _merged(scope: str, rows: list[Row], slow_ms: float | None) -> HealthView:
    latency = LatencyHistogram()
    for row in rows:
        latency = latency.merge(LatencyHistogram.from_bytes(row[6]))
    requests, scored, client, server = (sum(row[place] for row in rows) for place in (2, 3, 4, 5))
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


def coverage(db: sqlite3.Connection, asked: GetCoverage) -> CoverageReport:
    """Rows served, counted, kept and labelled, over the whole life of the deployment; gaps by name."""
    condition, values = where(asked)

    def one(sql: str, *more: Any) -> int:
        return int(db.execute(sql, (*values, *more)).fetchone()[0] or 0)

    joined = "predictions p JOIN actuals a USING (project, deployment, id, row)"
    same = "(p.project, p.deployment, p.id, p.row) = (a.project, a.deployment, a.id, a.row)"
    known = f"EXISTS (SELECT 1 FROM predictions p WHERE {same})"  # noqa: S608  # ours
    unmatched = db.execute(
        f"SELECT count(*) FROM actuals a WHERE project = ? AND deployment = ? AND NOT {known}",  # noqa: S608  # ours
        (asked.project, asked.deployment),
    ).fetchone()[0]
    return CoverageReport(
        served=one(f"SELECT sum(served) FROM sources WHERE {condition}"),  # noqa: S608  # ours
        counted=one(f"SELECT sum(rows) FROM windows WHERE {condition}"),  # noqa: S608  # ours
        predictions=one(f"SELECT count(*) FROM predictions WHERE {condition}"),  # noqa: S608  # ours
        labelled=one(f"SELECT count(*) FROM {joined} WHERE {condition}"),  # noqa: S608  # ours
        unmatched_actuals=unmatched,
        gaps=tuple(_gaps(db, condition, values)),
    )


def _gaps(db: sqlite3.Connection, condition: str, values: list[Any]) -> Iterable[Gap]:
    rows = db.execute(
        "SELECT b.replica, b.epoch, b.sequence, lag(b.sequence, 1, 0) OVER (PARTITION BY b.replica, b.epoch ORDER BY"  # noqa: S608  # ours
        f" b.sequence) FROM batches b JOIN sources s USING (replica, epoch) WHERE b.kind = 'profiles' AND {condition}",
        values,
    )
    for replica, epoch, sequence, before in rows:
        if sequence > before + 1:
            yield Gap(replica=replica, epoch=epoch, first=before + 1, last=sequence - 1)
