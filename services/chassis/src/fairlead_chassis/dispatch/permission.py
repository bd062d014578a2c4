"""May they: asked of the policy in force, and before a refusal once more at the ledger's end."""

from typing import Any

from fairlead_contracts.errors import ForbiddenError, NotFoundError
from fairlead_contracts.names import EVERYWHERE
from fairlead_contracts.operations import Operation
from pydantic import BaseModel

from fairlead_chassis.dispatch.records import refuse
from fairlead_chassis.dispatch.requests import CATCH_UP
from fairlead_chassis.part import Part
from fairlead_chassis.policy.index import Decision
from fairlead_chassis.service import Context


async def required(operation: Operation[Any, Any], request: BaseModel, context: Context) -> Decision:
    """The decision that allows it; a refusal goes onto the ledger. Raises: as `allowed`."""
    try:
        return await allowed(operation, request, context)
    except (ForbiddenError, NotFoundError) as error:
        await refuse(operation, request, context, error)
        raise


async def allowed(operation: Operation[Any, Any], request: BaseModel, context: Context) -> Decision:
    """The decision that allows it. Raises: ForbiddenError; NotFoundError where nobody may know of the project."""
    decision = _asked(operation, request, context)
    if decision.allowed or operation.open:
        return decision
    access = context.chassis.access
    if await context.chassis.catch_up(CATCH_UP):
        decision = _asked(operation, request, context)
        if decision.allowed:
            return decision
    if context.project != EVERYWHERE and not access.knows(context.principal, context.project):
        raise NotFoundError(f"There is no project {context.project} that you may know of.")
    raise ForbiddenError(decision.missing or "Policy does not allow this.")


def _asked(operation: Operation[Any, Any], request: BaseModel, context: Context) -> Decision:
    part: Part = context.chassis.part
    relations = part.relations(operation, request, context.principal)
    resource = operation.resource_of(request)
    return context.chassis.access.decide(context.principal, context.project, resource, operation.action, relations)
