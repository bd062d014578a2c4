"""Every error as problem+json, whoever raised it."""

from collections.abc import Awaitable, Callable

import structlog
from fairlead_contracts.errors import (
    FairleadError,
    ForbiddenError,
    InternalError,
    MalformedBodyError,
    NotFoundError,
    Problem,
    TooLargeError,
    UnauthenticatedError,
)
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
_BY_STATUS: dict[int, type[FairleadError]] = {
    400: MalformedBodyError,
    401: UnauthenticatedError,
    403: ForbiddenError,
    404: NotFoundError,
    413: TooLargeError,
}
Handler = Callable[[Request, Exception], Awaitable[Response]]


def problem_response(problem: Problem) -> Response:
    """The response for a problem."""
    headers = {"WWW-Authenticate": "Bearer"} if problem.status == UnauthenticatedError.status else {}
    return Response(problem.model_dump_json(exclude_defaults=True), problem.status, headers, MEDIA_TYPE)


def add_handlers(app: FastAPI) -> None:
    """Let nothing leave in another shape: refusals, unknown routes, wrong methods, bugs."""

    async def refused(request: Request, error: Exception) -> Response:
        known = error if isinstance(error, FairleadError) else InternalError()
        return problem_response(known.problem(request.state.request_id))

    async def unrouted(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return problem_response(_plain(status, request))

    async def broken(request: Request, error: Exception) -> Response:
        log.error("unhandled error", path=request.url.path, exc_info=error)
        return problem_response(InternalError().problem(request.state.request_id))

    app.add_exception_handler(FairleadError, refused)
    app.add_exception_handler(HTTPException, unrouted)
    app.add_exception_handler(Exception, broken)


def _plain(status: int, request: Request) -> Problem:
    detail = f"{request.method} {request.url.path[:200]} is not part of this API; see /docs."
    kind = _BY_STATUS.get(status)
    if kind is not None:
        return kind(detail).problem(request.state.request_id)
    return Problem(
        type="about:blank",
        title="Method not allowed" if status == 405 else "Refused",  # HTTP's own number
        status=status,
        detail=detail,
        code="method-not-allowed" if status == 405 else "refused",  # HTTP's own number
        instance=request.state.request_id,
    )
