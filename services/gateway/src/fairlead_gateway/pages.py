"""HTML pages: templates that escape by default, and nothing from outside."""

from fastapi import Response
from jinja2 import Environment, PackageLoader, StrictUndefined

_ENVIRONMENT = Environment(loader=PackageLoader("fairlead_gateway"), autoescape=True, undefined=StrictUndefined)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def render(template: str, status: int = 200, **values: object) -> Response:
    """A page from its template."""
    body = _ENVIRONMENT.get_template(template).render(**values)
    return Response(body, status, _HEADERS, "text/html; charset=utf-8")
