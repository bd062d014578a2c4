"""The console's routes: sign in, deployments, drift of one deployment."""

from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import UnauthenticatedError
from fairlead_contracts.messages import CALLER_HEADER
from fairlead_contracts.operations import deployer, monitor
from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from fairlead_gateway.console.charts import bars, scatter
from fairlead_gateway.http.bodies import read
from fairlead_gateway.pages import render

COOKIE, DAY = "fairlead_console", 86_400
_FORM_LIMIT = 4_096


class Console:
    """Pages for the principal of the cookie's token."""

    def __init__(self, chassis: Chassis) -> None:
        self.chassis = chassis

    async def login_form(self, _request: Request) -> Response:
        return render("login.html", wrong=False)

    async def login(self, request: Request) -> Response:
        """Keep the token in a cookie that no script can read and no other site can send."""
        form = parse_qs((await read(request.stream(), _FORM_LIMIT)).decode("latin-1"))
        token = form.get("token", [""])[0].strip()
        try:
            self.chassis.access.authenticate(token)
        except UnauthenticatedError:
            return render("login.html", status=401, wrong=True)
        response = RedirectResponse("/console", 303)
        response.set_cookie(COOKIE, token, max_age=DAY, path="/console", httponly=True, samesite="strict")
        return response

    async def home(self, request: Request) -> Response:
        principal = self._principal(request)
        if principal is None:
            return RedirectResponse("/console/login", 303)
        return await self._deployments(principal, self.chassis.access.home(principal))

    async def project(self, request: Request) -> Response:
        principal = self._principal(request)
        if principal is None:
            return RedirectResponse("/console/login", 303)
        return await self._deployments(principal, request.path_params["project"])

    async def _deployments(self, principal: str, project: str) -> Response:
        found = await self._ask(principal, deployer.LIST_DEPLOYMENTS, deployer.ListDeployments(project=project))
        return render("deployments.html", project=project, deployments=found.items)

    async def drift(self, request: Request) -> Response:
        """The newest month of a deployment's drift, and one feature's details."""
        principal = self._principal(request)
        if principal is None:
            return RedirectResponse("/console/login", 303)
        at = {name: request.path_params[name] for name in ("project", "deployment")}
        report = await self._ask(principal, monitor.GET_DRIFT, monitor.GetDrift(**at, by="month"))
        if not report.periods:
            return render("drift.html", **at, report=report, period=None)
        period = report.periods[-1]
        name = request.query_params.get("feature") or max(period.features, key=lambda each: each.psi).feature
        asked = monitor.GetFeature(**at, feature=name, start=period.start, end=period.end)
        feature = await self._ask(principal, monitor.GET_FEATURE, asked)
        chart = scatter(report, period)
        return render(
            "drift.html", **at, report=report, period=period, chart=chart, feature=feature, bars=bars(feature)
        )

    def _principal(self, request: Request) -> str | None:
        try:
            return self.chassis.access.authenticate(request.cookies.get(COOKIE, ""))
        except UnauthenticatedError:
            return None

    async def _ask(self, principal: str, operation: Any, request: Any) -> Any:
        return await self.chassis.bus.request(operation, request, {CALLER_HEADER: principal})


def add_routes(app: FastAPI, chassis: Chassis) -> None:
    """Add the console's routes."""
    console = Console(chassis)
    style = (files("fairlead_gateway") / "static" / "style.css").read_text()

    async def stylesheet(_request: Request) -> Response:
        return Response(style, media_type="text/css")

    app.add_route("/console/static/style.css", stylesheet, ["GET"])
    app.add_route("/console/login", console.login_form, ["GET"])
    app.add_route("/console/login", console.login, ["POST"])
    app.add_route("/console", console.home, ["GET"])
    app.add_route("/console/p/{project}", console.project, ["GET"])
    app.add_route("/console/p/{project}/{deployment}", console.drift, ["GET"])
