"""Artifacts stream through the gateway into the object store, hashed on the way, never over the bus."""

from typing import Any

from fairlead_chassis.chassis import Chassis
from fairlead_chassis.dispatch.permission import required
from fairlead_chassis.dispatch.requests import TRUSTED_CALLER, context_of
from fairlead_contracts.errors import InvalidRequestError
from fairlead_contracts.messages import CALLER_HEADER, REQUEST_ID_HEADER
from fairlead_contracts.operations import Operation
from fairlead_contracts.operations.gateway import DOWNLOAD_ARTIFACT, UPLOAD_ARTIFACT, Stored
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from fairlead_gateway.http.callers import principal_of

LIMIT = 8 * 1024**3


def add_routes(app: FastAPI, chassis: Chassis) -> None:
    """Add upload, download and the question whether an artifact is there."""

    async def upload(request: Request) -> Response:
        asked = await _allowed(request, chassis, UPLOAD_ARTIFACT)
        chassis.disk.require_free()
        digest, size = await chassis.objects.put_stream(request.stream(), expected_digest=asked.digest, limit=LIMIT)
        await chassis.claims.add(asked.project, digest)
        return Response(Stored(digest=digest, size=size).model_dump_json(), media_type="application/json")

    async def download(request: Request) -> Response:
        asked = await _allowed(request, chassis, DOWNLOAD_ARTIFACT)
        await chassis.claims.require(asked.project, asked.digest)
        headers = {"Content-Length": str(await chassis.objects.size(asked.digest)), "ETag": f'"{asked.digest}"'}
        if request.method == "HEAD":
            return Response(None, 200, headers)
        return StreamingResponse(chassis.objects.stream(asked.digest), 200, headers, "application/octet-stream")

    app.add_route(UPLOAD_ARTIFACT.path, upload, [UPLOAD_ARTIFACT.method], UPLOAD_ARTIFACT.name)
    app.add_route(DOWNLOAD_ARTIFACT.path, download, [DOWNLOAD_ARTIFACT.method], DOWNLOAD_ARTIFACT.name)


async def _allowed(request: Request, chassis: Chassis, operation: Operation[Any, Any]) -> Any:
    principal = await principal_of(chassis, request.headers)
    try:
        asked = operation.request.model_validate(request.path_params)
    except ValidationError as error:
        raise InvalidRequestError.at(place for place in error.errors()) from None
    headers = {CALLER_HEADER: principal, REQUEST_ID_HEADER: request.state.request_id}
    await required(operation, asked, context_of(chassis, operation, asked, TRUSTED_CALLER, headers))
    return asked
