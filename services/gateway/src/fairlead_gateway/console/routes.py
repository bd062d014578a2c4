"""The console's routes."""

from importlib.resources import files

from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import NotFoundError
from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from fairlead_gateway.console import session
from fairlead_gateway.console.pages import deployments, evidence, goals, models, monitored
from fairlead_gateway.console.visit import Page, Visit, shown

_ASSETS = {"style.css": "text/css", "icon.svg": "image/svg+xml"}
_ONE = "/console/p/{project}/{deployment}"
PAGES: dict[str, Page] = {
    "/console": deployments.listed,
    "/console/p/{project}": deployments.listed,
    _ONE: deployments.overview,
    f"{_ONE}/drift": monitored.drift,
    f"{_ONE}/quality": monitored.quality,
    f"{_ONE}/accuracy": monitored.accuracy,
    f"{_ONE}/service": monitored.service,
    f"{_ONE}/goals": goals.of_deployment,
    "/console/goals/{project}": goals.of_project,
    "/console/models/{project}": models.listed,
    "/console/models/{project}/{model}": models.one,
    "/console/models/{project}/{model}/{version}": models.version,
    "/console/audit": evidence.ledger,
    "/console/receipt": evidence.receipt,
}


async def _nowhere(_visit: Visit) -> Response:
    raise NotFoundError("The console has no such page.")


def add_routes(app: FastAPI, chassis: Chassis) -> None:
    """Add the console: its assets, signing in and out, its pages; a browser that asks for `/` is sent to it."""

    async def door(_request: Request) -> Response:
        return RedirectResponse("/console", 303)

    app.add_route("/", door, ["GET"])
    for name, media_type in _ASSETS.items():
        _add_asset(app, name, media_type)
    session.add_routes(app, chassis)
    for path, page in PAGES.items():
        app.add_route(path, shown(chassis, page), ["GET"])
    app.add_route("/console/{path:path}", shown(chassis, _nowhere), ["GET"])


def _add_asset(app: FastAPI, name: str, media_type: str) -> None:
    content = (files("fairlead_gateway") / "static" / name).read_text()

    async def asset(_request: Request) -> Response:
        headers = {"Cache-Control": "max-age=300", "X-Content-Type-Options": "nosniff"}
        return Response(content, media_type=media_type, headers=headers)

    app.add_route(f"/console/static/{name}", asset, ["GET"])
