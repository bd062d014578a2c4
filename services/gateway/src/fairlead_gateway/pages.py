"""HTML pages: templates that escape by default, and nothing from outside."""

from fastapi import Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from fairlead_gateway.formats import FILTERS

_ENVIRONMENT = Environment(
    loader=PackageLoader("fairlead_gateway"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip
_ENVIRONMENT.filters.update(FILTERS)
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def render(template: str, status: int = 200, **values: object) -> Response:
    """A page from its template."""
    body = _ENVIRONMENT.get_template(template).render(**values)
    return Response(body, status, _HEADERS, "text/html; charset=utf-8")
