"""Coverage: is everything that was served also counted? What is missing or refused is named."""

import sqlite3
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from fairlead_contracts.operations.monitor import Clock, CoverageReport, Gap, GetCoverage, RefusedTelemetry, Shared

from fairlead_monitor.reports.selection import where
from fairlead_monitor.windows import seen


def coverage(db: sqlite3.Connection, asked: GetCoverage) -> CoverageReport:
    """Rows served, counted, kept and labelled, for as long as the deployment's data is kept; what is off by name."""
    condition, values = where(asked)

    def one(sql: str, *more: Any) -> int:
        return int(db.execute(sql, (*values, *more)).fetchone()[0] or 0)

    same = "(p.project, p.deployment, p.id, p.row) = (a.project, a.deployment, a.id, a.row)"
    known = f"EXISTS (SELECT 1 FROM predictions p WHERE {same})"  # noqa: S608  # ours
    unmatched = db.execute(
        f"SELECT count(*) FROM actuals a WHERE project = ? AND deployment = ? AND NOT {known}",  # noqa: S608  # ours
        (asked.project, asked.deployment),
    ).fetchone()[0]
    waiting = db.execute(
        f"SELECT DISTINCT id FROM actuals a WHERE project = ? AND deployment = ? AND NOT {known}"  # noqa: S608  # ours
        " ORDER BY recorded DESC, place DESC LIMIT 20", (asked.project, asked.deployment),
    ).fetchall()  # fmt: skip
    joined = "first_predictions JOIN actuals USING (project, deployment, id, row)"
    return CoverageReport(
        served=one(f"SELECT sum(served) FROM sources WHERE {condition}"),  # noqa: S608  # ours
        counted=one(
            "SELECT sum(rows) FROM profiles JOIN series USING (series) WHERE grain = 1440 AND replica = ''"  # noqa: S608  # ours
            f" AND segment = '' AND {condition}"
        ),
        predictions=one(f"SELECT count(*) FROM first_predictions WHERE {condition}"),  # noqa: S608  # ours
        labelled=one(f"SELECT count(*) FROM {joined} WHERE {condition}"),  # noqa: S608  # ours
        reused=one(f"SELECT count(*) FROM first_predictions WHERE {condition} AND times > 1"),  # noqa: S608  # ours
        unmatched_actuals=unmatched,
        gaps=tuple(_gaps(db, condition, values)),
        starts=one(f"SELECT count(*) FROM sources WHERE {condition}"),  # noqa: S608  # ours
        refused=tuple(_refused(db, asked)),
        clocks=tuple(_clocks(db, condition, values)),
        shared=tuple(_shared(db, condition, values)),
        waiting_ids=tuple(row[0] for row in waiting),
        reused_ids=tuple(
            row[0]
            for row in db.execute(
                f"SELECT DISTINCT id FROM first_predictions WHERE {condition} AND times > 1 ORDER BY id LIMIT 20",  # noqa: S608  # ours
                values,
            )
        ),
    )


def _gaps(db: sqlite3.Connection, condition: str, values: list[Any]) -> Iterable[Gap]:
    for kind, replica, epoch, first, last in seen.gaps(db, condition, values):
        yield Gap(kind=kind, replica=replica, epoch=epoch, first=first, last=last)


def _refused(db: sqlite3.Connection, asked: GetCoverage) -> Iterable[RefusedTelemetry]:
    rows = db.execute(
        "SELECT replica, lower(stream), reason, count(*) FROM refused WHERE (project, deployment) = (?, ?)"
        " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        (asked.project, asked.deployment),
    )
    for replica, kind, reason, messages in rows:
        yield RefusedTelemetry(replica=replica, kind=kind, reason=reason, messages=messages)


def _clocks(db: sqlite3.Connection, condition: str, values: list[Any]) -> Iterable[Clock]:
    rows = db.execute(
        f"SELECT replica, epoch, ahead FROM sources WHERE {condition} AND ahead > 0 ORDER BY 1, 2",  # noqa: S608  # ours
        values,
    )
    for replica, epoch, ahead in rows:
        yield Clock(replica=replica, epoch=epoch, ahead=ahead)


def _shared(db: sqlite3.Connection, condition: str, values: list[Any]) -> Iterable[Shared]:
    rows = db.execute(
        f"SELECT replica, epoch, first, last FROM sources WHERE {condition} ORDER BY replica, first, epoch",  # noqa: S608  # ours
        values,
    )
    for (replica, epoch, _, last), (other, later, first, _) in pairwise(rows.fetchall()):
        if replica == other and first < last:
            yield Shared(replica=replica, epochs=(epoch, later))
