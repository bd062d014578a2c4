"""The HTTP application: operations, artifacts, documents, console, and request ids around all of them."""

from collections.abc import Awaitable, Callable

from fairlead_chassis.chassis import Chassis
from fairlead_contracts.names import uuid7
from fastapi import FastAPI, Request, Response

from fairlead_gateway.console import routes as console
from fairlead_gateway.http import artifacts, documents, operations
from fairlead_gateway.http.problems import add_handlers

_ID_LIMIT = 128
Next = Callable[[Request], Awaitable[Response]]


def build(chassis: Chassis) -> FastAPI:
    """The application for everything but inference."""
    app = FastAPI(title="Fairlead", docs_url=None, redoc_url=None, openapi_url=None)
    add_handlers(app)
    operations.add_routes(app, chassis)
    artifacts.add_routes(app, chassis)
    documents.add_routes(app)
    console.add_routes(app, chassis)
    return app


def request_id(headers: list[tuple[bytes, bytes]]) -> str:
    """The caller's `x-request-id` where it is short and plain, else a new one."""
    for name, value in headers:
        if name == b"x-request-id" and len(value) <= _ID_LIMIT and value.decode("latin-1").isprintable():
            return value.decode("latin-1")
    return uuid7()
