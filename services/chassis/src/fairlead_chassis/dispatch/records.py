"""What is written down of a request: the envelope of its change, its refusal; and the reply to it."""

from typing import Any

from fairlead_contracts.errors import FairleadError
from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.refusals import Refused
from fairlead_contracts.ledger import Decision as Recorded
from fairlead_contracts.ledger import Envelope
from fairlead_contracts.names import EVERYWHERE, GLOBAL
from fairlead_contracts.operations import Operation
from pydantic import BaseModel, TypeAdapter

from fairlead_chassis.dispatch.requests import digest
from fairlead_chassis.policy.index import Decision
from fairlead_chassis.service import Context

_RESOURCE_LENGTH, _REASON_LENGTH = 300, 1_000


def envelope(
    place: tuple[str, str, str], request: BaseModel, context: Context, fact: Fact, decision: Decision
) -> Envelope:
    """The ledger message of a change, not yet sealed; `place` is its kind, project and token."""
    kind, project, token = place
    recorded = Recorded(allowed=decision.allowed, revision=decision.revision, rule=decision.rule)
    return Envelope(
        operation_id=context.operation_id, operation=context.operation.name, service=context.chassis.name,
        actor=context.principal, project=project, kind=kind, token=token, facts=(fact.record(),), decision=recorded,
        relied_on=tuple(sorted(context.relied_on.items())), cause=context.cause, request=digest(request),
    )  # fmt: skip


async def refuse(operation: Operation[Any, Any], request: BaseModel, context: Context, error: FairleadError) -> None:
    """Put a refusal on the ledger, within the principal's rate."""
    chassis = context.chassis
    resource = operation.resource_of(request)[:_RESOURCE_LENGTH]
    reason = error.detail[:_REASON_LENGTH]
    fact = Refused(operation=operation.name, resource=resource, code=error.code, reason=reason)
    decision = Decision(False, error.code, chassis.access.index.revision)
    project = GLOBAL if context.project == EVERYWHERE else context.project
    written = envelope(("refused", project, chassis.name), request, context, fact, decision)
    await chassis.ledger.refusals.record(written, fact)


def accepted(operation: Operation[Any, Any], context: Context, sequence: int, fact: Fact, **more: Any) -> BaseModel:
    """The reply to a change that is on the ledger, or that changed nothing."""
    done = context.chassis.view.operation(context.principal, context.operation_id)
    said = {"sequence": sequence, "time": done.time if done else context.time, "operation_id": context.operation_id}
    given = {name: value for name, value in more.items() if value is not None}
    reply: BaseModel = TypeAdapter(operation.reply).validate_python({**said, "fact": fact, **given})
    return reply
