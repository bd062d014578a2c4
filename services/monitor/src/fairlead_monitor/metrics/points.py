"""Values of custom metrics: into their stream before they are acknowledged, from there into the store."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import structlog
from fairlead_chassis.bus.consume import Delivered, consume
from fairlead_chassis.chassis import Chassis
from fairlead_chassis.service import Context
from fairlead_contracts.errors import FieldError, InvalidRequestError
from fairlead_contracts.messages import POINTS, telemetry_subject
from fairlead_contracts.names import uuid7
from fairlead_contracts.operations.metrics import GetMetric, MetricRecorded, MetricReport, RecordMetric
from fairlead_contracts.points import PointBatch, Value
from fairlead_contracts.values import micros
from pydantic import ValidationError

from fairlead_monitor.metrics.decisions import declared, shown
from fairlead_monitor.metrics.report import report
from fairlead_monitor.metrics.store import opened, take
from fairlead_monitor.view import MonitorView
from fairlead_monitor.windows.store import transaction

log = structlog.get_logger()
AHEAD = timedelta(minutes=5)


def store_of(home: Path) -> Path:
    """Where this installation keeps the values."""
    return home / "monitor" / "metrics.sqlite"


async def record_metric(request: RecordMetric, view: MonitorView, context: Context) -> MetricRecorded:
    """Take values in; they count once the consumer has them, a moment later."""
    declared(view, request.project, request.deployment, request.metric)
    _require_past(request, context)
    unnamed = uuid7()
    values = tuple(
        Value(
            id=each.id or f"{unnamed}/{place}", time=micros(each.time or context.time), value=each.value,
            count=each.count,
        )
        for place, each in enumerate(request.points)
    )  # fmt: skip
    batch = PointBatch(project=request.project, deployment=request.deployment, metric=request.metric, values=values)
    subject = telemetry_subject("points", f"{request.project}.{request.deployment}")
    await context.chassis.bus.publish_acknowledged(subject, batch.model_dump_json().encode())
    return MetricRecorded(points=len(values))


def _require_past(request: RecordMetric, context: Context) -> None:
    latest = context.time + AHEAD
    wrong = [place for place, each in enumerate(request.points) if each.time is not None and each.time > latest]
    if wrong:
        detail = "this time is more than 5 minutes ahead"
        places = [FieldError(pointer=f"/points/{place}/time", detail=detail) for place in wrong[:10]]
        raise InvalidRequestError(f"{len(wrong)} of the points are more than 5 minutes ahead of now.", places)


async def get_metric(request: GetMetric, view: MonitorView, context: Context) -> MetricReport:
    """A custom metric by period."""
    metric = shown(declared(view, request.project, request.deployment, request.metric))

    def run() -> MetricReport:
        db = opened(store_of(context.chassis.home))
        try:
            return report(db.conn, request, metric)
        finally:
            db.conn.close()

    return await asyncio.to_thread(run)


async def take_points(chassis: Chassis) -> None:
    """Consume values until cancelled."""
    await consume(chassis.bus, POINTS, "monitor-points", taker(store_of(chassis.home)))


def taker(path: Path) -> Callable[[Sequence[Delivered]], None]:
    """What keeps delivered batches in the store at this path; a batch that cannot be read is told and left out."""
    db = opened(path)

    def handle(messages: Sequence[Delivered]) -> None:
        with transaction(db) as connection:
            for message in messages:
                try:
                    take(connection, PointBatch.model_validate_json(message.data))
                except (ValidationError, OverflowError) as error:
                    kind = type(error).__name__
                    log.error("values of a metric cannot be read", sequence=message.sequence, kind=kind)

    return handle
