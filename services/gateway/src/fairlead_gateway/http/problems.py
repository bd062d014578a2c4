"""Every error as problem+json, whoever raised it."""

from collections.abc import Awaitable, Callable, Mapping

import structlog
from fairlead_contracts.errors import (
    FairleadError,
    ForbiddenError,
    InternalError,
    MalformedBodyError,
    MethodNotAllowedError,
    NotFoundError,
    Problem,
    TooLargeError,
    UnauthenticatedError,
)
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
_BY_STATUS: dict[int, type[FairleadError]] = {
    400: MalformedBodyError,
    401: UnauthenticatedError,
    403: ForbiddenError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    413: TooLargeError,
}
Handler = Callable[[Request, Exception], Awaitable[Response]]


def problem_response(problem: Problem, more: Mapping[str, str] | None = None) -> Response:
    """The response for a problem."""
    headers = {"Cache-Control": "no-store", **(more or {})}
    if problem.status == UnauthenticatedError.status:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(problem.model_dump_json(exclude_defaults=True), problem.status, headers, MEDIA_TYPE)


def _methods(app: FastAPI, request: Request) -> list[str]:
    # Each method of a path is a route of its own, and the router names those of one route only.
    found = [route for route in app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in found for method in getattr(route, "methods", ())})


def add_handlers(app: FastAPI) -> None:
    """Let nothing leave in another shape: refusals, unknown routes, wrong methods, bugs."""

    async def refused(request: Request, error: Exception) -> Response:
        known = error if isinstance(error, FairleadError) else InternalError()
        return problem_response(known.problem(request.state.request_id))

    async def unrouted(request: Request, error: Exception) -> Response:
        kind = _BY_STATUS.get(error.status_code if isinstance(error, HTTPException) else 500, NotFoundError)
        found = kind("There is no such path, or it does not take this method; /docs shows what there is.")
        more = {"Allow": ", ".join(_methods(app, request))} if kind is MethodNotAllowedError else {}
        return problem_response(found.problem(request.state.request_id), more)

    async def broken(request: Request, error: Exception) -> Response:
        log.error("unhandled error", path=request.url.path, exc_info=error)
        return problem_response(InternalError().problem(request.state.request_id))

    async def gone(_request: Request, _error: Exception) -> Response:
        return Response(None, MalformedBodyError.status)

    app.add_exception_handler(FairleadError, refused)
    app.add_exception_handler(HTTPException, unrouted)
    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(Exception, broken)
