"""A custom metric by period of event time: the same from the same values, in whatever order they came."""

import math
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from fairlead_contracts.operations.metrics import Aggregation, GetMetric, MetricPeriod, MetricReport, MetricView

from fairlead_monitor.metrics.store import Row, kept
from fairlead_monitor.reports.periods import bucket, span


def report(db: sqlite3.Connection, asked: GetMetric, metric: MetricView) -> MetricReport:
    """The metric in every period that has a value."""
    rows = kept(db, (asked.project, asked.deployment, asked.metric), *span(asked.start, asked.end))
    periods: dict[tuple[datetime, datetime], list[Row]] = {}
    for row in rows:
        periods.setdefault(bucket(row[1], asked.by), []).append(row)
    return MetricReport(
        metric=metric,
        periods=tuple(
            MetricPeriod(
                start=start, end=end, value=together(metric.aggregation, values), count=sum(each[3] for each in values)
            )
            for (start, end), values in sorted(periods.items())
        ),
    )


def together(aggregation: Aggregation, rows: Sequence[Row]) -> float:
    """The values of a period as one: their exact sum, their mean weighed by count, or the last by time and id."""
    match aggregation:
        case "sum":
            return math.fsum(row[2] for row in rows)
        case "mean":
            return math.fsum(row[2] * row[3] for row in rows) / sum(row[3] for row in rows)
        case "gauge":
            return rows[-1][2]
