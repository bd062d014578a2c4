"""What arrives: a body that must be a request, and headers that say who asks and what goes along."""

from typing import Any

from fairlead_contracts.errors import InvalidRequestError
from fairlead_contracts.evidence.canonical import NotCanonicalError, canonical
from fairlead_contracts.messages import CALLER_HEADER, CAUSE_HEADER, REQUEST_ID_HEADER
from fairlead_contracts.names import digest_of, uuid7
from fairlead_contracts.operations import Operation
from fairlead_contracts.values import now
from pydantic import BaseModel, ValidationError

from fairlead_chassis.bus.bodies import parsed
from fairlead_chassis.chassis import Chassis
from fairlead_chassis.dispatch.conditions import Headers, operation_id
from fairlead_chassis.service import Context

CATCH_UP = 5.0
"""How long a request waits for its view, in seconds."""
TRUSTED_CALLER = "gateway"


def validated(operation: Operation[Any, Any], body: bytes) -> BaseModel:
    """The request in a body. Raises: InvalidRequestError naming the places."""
    given = parsed(body)
    try:
        request: BaseModel = operation.request.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise InvalidRequestError.at((place for place in error.errors()), given) from None
    return request


def digest(request: BaseModel) -> str:
    """What makes two requests the same. Raises: InvalidRequestError for text that no ledger can hold."""
    text = request.model_dump_json()
    try:
        return digest_of(canonical(text))
    except NotCanonicalError as error:
        raise InvalidRequestError(f"The request holds text that cannot be written: {error.reason}.") from None


def context_of(
    chassis: Chassis, operation: Operation[Any, Any], request: BaseModel, caller: str, headers: Headers
) -> Context:
    """Who asks, and what goes along. Only the gateway may name another principal."""
    principal = f"service:{caller}"
    if caller == TRUSTED_CALLER and CALLER_HEADER in headers:
        principal = headers[CALLER_HEADER]
    cause = headers.get(CAUSE_HEADER)
    return Context(
        chassis=chassis, operation=operation, principal=principal, project=operation.project_of(request),
        operation_id=operation_id(headers), request_id=headers.get(REQUEST_ID_HEADER) or uuid7(), time=now(),
        cause=int(cause) if cause and cause.isdecimal() else None,
    )  # fmt: skip
