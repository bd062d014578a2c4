"""Actuals into their stream first, then, for a bulk import, one fact with their count and digest."""

import json
from collections.abc import Sequence

from fairlead_chassis.service import Context
from fairlead_contracts.errors import UnavailableError
from fairlead_contracts.facts.telemetry import ActualsImported
from fairlead_contracts.messages import telemetry_subject
from fairlead_contracts.names import digest_of
from fairlead_contracts.operations.monitor import (
    CHECK_ACTUALS,
    Actual,
    ActualsRecorded,
    CheckActuals,
    ImportActuals,
    RecordActuals,
)
from fairlead_contracts.telemetry import ActualsBatch
from fairlead_contracts.values import micros

from fairlead_monitor.actuals.checking import require_sound
from fairlead_monitor.answering.copies import answered
from fairlead_monitor.view import MonitorView

PER_MESSAGE = 2_000


async def record_actuals(request: RecordActuals, view: MonitorView, context: Context) -> ActualsRecorded:
    """Take a few actuals in, and say how they stand."""
    view.require(request.project, request.deployment)
    require_sound(request.actuals, view.cards(request.project, request.deployment), context.time)
    asked = CheckActuals(project=request.project, deployment=request.deployment, actuals=request.actuals)
    try:
        found = await answered(CHECK_ACTUALS)(asked, view, context)
    except UnavailableError:  # how they stand can wait, they cannot
        found = None
    await _publish(request.project, request.deployment, request.actuals, context)
    return ActualsRecorded(rows=len(request.actuals), checked=found)


async def publish_actuals(request: ImportActuals, view: MonitorView, context: Context) -> None:
    """The rows of a bulk import, before its fact."""
    view.require(request.project, request.deployment)
    require_sound(request.actuals, view.cards(request.project, request.deployment), context.time)
    await _publish(request.project, request.deployment, request.actuals, context)


def import_actuals(request: ImportActuals, view: MonitorView, _context: Context) -> ActualsImported:
    """The fact of a bulk import."""
    view.require(request.project, request.deployment)
    body = json.dumps([each.model_dump(mode="json") for each in request.actuals], sort_keys=True)
    return ActualsImported(
        project=request.project,
        deployment=request.deployment,
        rows=len(request.actuals),
        digest=digest_of(body.encode()),
    )


async def _publish(project: str, deployment: str, actuals: Sequence[Actual], context: Context) -> None:
    recorded = micros(context.time)
    subject = telemetry_subject("actuals", f"{project}.{deployment}")
    for start in range(0, len(actuals), PER_MESSAGE):
        part = tuple(actuals[start : start + PER_MESSAGE])
        batch = ActualsBatch(project=project, deployment=deployment, recorded=recorded, first=start, actuals=part)
        message_id = f"{context.principal}:{context.operation_id}:{start}"
        await context.chassis.bus.publish_acknowledged(subject, batch.model_dump_json().encode(), message_id)
