"""A route for each operation: authenticate, pass on over the bus, answer."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import InvalidRequestError, Problem
from fairlead_contracts.messages import (
    AT_LEAST_HEADER,
    CALLER_HEADER,
    ERROR_HEADER,
    IF_MATCH_HEADER,
    OPERATION_ID_HEADER,
    REQUEST_ID_HEADER,
    SEQUENCE_HEADER,
)
from fairlead_contracts.names import uuid7
from fairlead_contracts.operations import Kind, Operation
from fairlead_contracts.operations.catalogue import OPERATIONS
from fastapi import FastAPI, Request, Response

from fairlead_gateway.http.bodies import fields_of
from fairlead_gateway.http.callers import principal_of
from fairlead_gateway.http.problems import problem_response

AnyOperation = Operation[Any, Any]
NAME = "gateway"
_NOT_MODIFIED = 304


def add_routes(app: FastAPI, chassis: Chassis) -> None:
    """Add the route of every operation that is answered over the bus."""
    for operation in OPERATIONS.values():
        if operation.kind is not Kind.INFERENCE and operation.body != "binary":
            app.add_route(operation.path, endpoint(operation, chassis), [operation.method], operation.name)


def endpoint(operation: AnyOperation, chassis: Chassis) -> Callable[[Request], Awaitable[Response]]:
    """The function that answers an operation's route."""
    subject = operation.subject(NAME)

    async def answer(request: Request) -> Response:
        principal = await principal_of(chassis, request.headers)
        body = _encoded(await fields_of(request, operation))
        headers = bus_headers(request, principal, operation)
        change = operation.kind is Kind.CHANGE
        reply = await chassis.bus.raw_request(subject, body, headers, change=change, patience=operation.patience)
        return _response(request, operation, reply.data, dict(reply.headers or {}))

    return answer


def bus_headers(request: Request, principal: str, operation: AnyOperation) -> dict[str, str]:
    """What travels with a request: who asks, which request it is, and its conditions."""
    headers = {CALLER_HEADER: principal, REQUEST_ID_HEADER: request.state.request_id}
    if operation.kind is Kind.CHANGE:
        headers[OPERATION_ID_HEADER] = request.headers.get("idempotency-key") or uuid7()
    if value := request.headers.get(AT_LEAST_HEADER):
        headers[AT_LEAST_HEADER] = value
    if value := request.headers.get("if-match"):
        headers[IF_MATCH_HEADER] = value
    return headers


def _encoded(fields: dict[str, Any]) -> bytes:
    try:
        return json.dumps(fields, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InvalidRequestError("The request holds half a character, which no text can.") from None


def _response(request: Request, operation: AnyOperation, body: bytes, headers: dict[str, str]) -> Response:
    if headers.get(ERROR_HEADER):
        return problem_response(Problem.model_validate_json(body))
    answer = {"Cache-Control": "no-store"}
    if sequence := headers.get(SEQUENCE_HEADER):
        answer["ETag"] = f'"{sequence}"'
        if request.method in ("GET", "HEAD") and not operation.observed and _has(request, answer["ETag"]):
            return Response(None, _NOT_MODIFIED, answer)
    return Response(body, 200, answer, "application/json")


def _has(request: Request, tag: str) -> bool:
    # RFC 9110, section 13.1.2: here a weak tag is as good as a strong one.
    held = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return tag in held or "*" in held
