"""Who looks: signing in and out. The cookie is the token, for the console's paths only, out of reach of scripts."""

from urllib.parse import parse_qs, urlencode

from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import UnauthenticatedError
from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from fairlead_gateway.http.bodies import read
from fairlead_gateway.http.callers import authenticated
from fairlead_gateway.pages import render

COOKIE, DAY, HOME, LOGIN = "fairlead_console", 86_400, "/console", "/console/login"
_FORM_LIMIT = 8_192
_SEE_OTHER = 303


def principal_of(chassis: Chassis, request: Request) -> str | None:
    """The principal of the cookie's token; none where there is no cookie, or its token holds no longer."""
    try:
        return chassis.access.authenticate(request.cookies.get(COOKIE, ""))
    except UnauthenticatedError:
        return None


def to_login(request: Request) -> Response:
    """To the form, and from there back to the page that was asked for."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    known = {"ended": "1"} if COOKIE in request.cookies else {}
    query = urlencode(known | ({"next": asked} if asked != HOME else {}))
    return RedirectResponse(LOGIN + (f"?{query}" if query else ""), _SEE_OTHER)


def _local(asked: str) -> str:
    # Only ever to a page of the console, whatever a link to the form says.
    fine = asked.startswith(f"{HOME}/") and not asked.startswith(LOGIN) and asked.isprintable() and "\\" not in asked
    return asked if fine else HOME


def add_routes(app: FastAPI, chassis: Chassis) -> None:
    """Add signing in and out."""

    async def form(request: Request) -> Response:
        asked, ended = request.query_params.get("next", ""), "ended" in request.query_params
        return render("login.html", wrong=False, ended=ended, next=_local(asked))

    async def sign_in(request: Request) -> Response:
        fields = parse_qs((await read(request.stream(), _FORM_LIMIT)).decode("latin-1"))
        token, asked = fields.get("token", [""])[0].strip(), _local(fields.get("next", [""])[0])
        try:
            await authenticated(chassis, token)
        except UnauthenticatedError:
            return render("login.html", status=401, wrong=True, ended=False, next=asked)
        response = RedirectResponse(asked, _SEE_OTHER)
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, token, max_age=DAY, path=HOME, httponly=True, samesite="strict", secure=secure
        )  # fmt: skip
        return response

    async def sign_out(_request: Request) -> Response:
        response = RedirectResponse(LOGIN, _SEE_OTHER)
        response.delete_cookie(COOKIE, path=HOME, httponly=True, samesite="strict")
        return response

    app.add_route(LOGIN, form, ["GET"])
    app.add_route(LOGIN, sign_in, ["POST"])
    app.add_route(f"{HOME}/logout", sign_out, ["POST"])
