"""The protocol's gRPC service at the gateway: the caller's token, then the message as it is to a replica.

The token stands in the metadata `authorization`, as in HTTP; the project in `fairlead-project`.
"""

import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from fairlead_chassis.grpc.messages import SERVICE, message
from fairlead_chassis.grpc.server import Method, RefusedCallError, Rpc, listening
from fairlead_contracts.errors import MalformedBodyError
from fairlead_contracts.names import uuid7
from google.protobuf.message import DecodeError

from fairlead_gateway.http.callers import authenticated, bearer
from fairlead_gateway.inference import server
from fairlead_gateway.inference.proxy import InferenceProxy
from fairlead_gateway.inference.upstream import PATIENCE, Call

_OK, _ID_LIMIT = 200, 128
_RESTS = {"ModelInfer": "infer", "ModelReady": "ready", "ModelMetadata": ""}


@contextlib.asynccontextmanager
async def serving(proxy: InferenceProxy, address: str) -> AsyncIterator[int]:
    """Answer gRPC at `host:port` until the block ends; yields the port. Raises: UnavailableError when it is taken."""
    async with listening(_Rpcs(proxy).methods(), address) as port:
        yield port


class _Rpcs:
    def __init__(self, proxy: InferenceProxy) -> None:
        self._proxy = proxy
        # Its first two fields are the name and the version in every message that names a model.
        self._named = message("ModelReadyRequest")

    def methods(self) -> dict[str, Method]:
        found: dict[str, Method] = {name: self._of_model(name) for name in _RESTS}
        for name in ("ServerLive", "ServerReady", "ServerMetadata"):
            found[name] = self._of_server(name)
        found["RepositoryIndex"] = self._index
        return found

    def _of_server(self, name: str) -> Method:
        said: dict[str, dict[str, Any]] = {
            "ServerLive": {"live": True}, "ServerReady": {"ready": True}, "ServerMetadata": server.OPEN[""](),
        }  # fmt: skip
        body: bytes = message(f"{name}Response")(**said[name]).SerializeToString()

        async def answer(_rpc: Rpc) -> bytes:
            return body

        return answer

    def _of_model(self, name: str) -> Method:
        async def answer(rpc: Rpc) -> bytes:
            try:
                named = self._named.FromString(rpc.message)
            except DecodeError:
                raise MalformedBodyError(f"The message is no {name}Request of the Open Inference Protocol.") from None
            principal, project = await self._caller(rpc)
            self._proxy.require(principal, project, named.name)
            patience = PATIENCE if rpc.remaining is None else min(PATIENCE, max(rpc.remaining, 0.001))
            call = Call("POST", named.name, _RESTS[name], rpc.message, _headers(rpc), f"/{SERVICE}/{name}", patience)
            return await self._answered(project, call, named.version or None)

        return answer

    async def _answered(self, project: str, call: Call, version: str | None) -> bytes:
        with self._proxy.admission.one(project):
            answer = await self._proxy.ask(project, call, version)
        if answer.status == _OK:
            return answer.body
        said = json.loads(answer.body)
        raise RefusedCallError(answer.status, said["error"], said["code"])

    async def _index(self, rpc: Rpc) -> bytes:
        principal, project = await self._caller(rpc)
        entries = server.listed("POST", "repository/index", self._proxy.usable(principal, project))
        body: bytes = message("RepositoryIndexResponse")(models=entries).SerializeToString()
        return body

    async def _caller(self, rpc: Rpc) -> tuple[str, str]:
        chassis = self._proxy.chassis
        principal = await authenticated(chassis, bearer(rpc.metadata))
        return principal, rpc.metadata.get("fairlead-project") or chassis.access.home(principal)


def _headers(rpc: Rpc) -> dict[str, str]:
    given = rpc.metadata.get("x-request-id", "")
    id_ = given if given and len(given) <= _ID_LIMIT and given.isascii() and given.isprintable() else uuid7()
    received = str(time.time_ns() // 1_000)
    return {"content-type": "application/proto", "x-request-id": id_, "fairlead-received": received}
