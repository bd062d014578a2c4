"""The API documents: OpenAPI as JSON, and a page to read it, with nothing from outside."""

from fairlead_contracts.documents.openapi import openapi
from fairlead_contracts.operations.catalogue import OPERATIONS
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from fairlead_gateway.pages import render


def add_routes(app: FastAPI) -> None:
    """Add /openapi.json and /docs."""
    document = openapi(OPERATIONS.values())
    app.openapi = lambda: document  # type: ignore[method-assign]  # FastAPI's way to replace the document

    async def as_json(_request: Request) -> Response:
        return JSONResponse(document)

    async def as_page(_request: Request) -> Response:
        nouns: dict[str, list[object]] = {}
        for operation in OPERATIONS.values():
            nouns.setdefault(operation.noun, []).append(operation)
        return render("docs.html", nouns=nouns, schemas=document["components"]["schemas"])

    app.add_route("/openapi.json", as_json, ["GET"])
    app.add_route("/docs", as_page, ["GET"])
