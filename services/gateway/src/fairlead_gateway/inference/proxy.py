"""The inference route: who is it, may they, which replica; then the answer as the replica gave it."""

import re
import time
from collections.abc import MutableMapping
from typing import Any

from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import (
    FairleadError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    TooLargeError,
)
from fairlead_contracts.operations.gateway import INFER
from fairlead_contracts.routes import RouteTable

from fairlead_gateway.http.callers import authenticated, bearer
from fairlead_gateway.inference import paths, server
from fairlead_gateway.inference.admission import Admission
from fairlead_gateway.inference.answers import Send, send_bytes, send_error, send_json
from fairlead_gateway.inference.routes import Routes
from fairlead_gateway.inference.shadow import Shadow
from fairlead_gateway.inference.upstream import DEADLINE, PATIENCE, Call, Upstreams
from fairlead_gateway.inference.wire import Answer

BODY_LIMIT = 64 * 1024 * 1024
_PASSED_ON = (b"content-type", b"content-encoding", b"accept-encoding", b"inference-header-content-length")
_DIGITS = 9
_plain = re.compile(r"[A-Za-z0-9._/-]*").fullmatch  # it goes into a request line as it is
_PREDICTIONS = frozenset(("infer", "invocations"))


class InferenceProxy:
    """A raw ASGI application: nothing of a web framework stands between client and replica."""

    def __init__(self, chassis: Chassis, routes: Routes) -> None:
        self.chassis = chassis
        self.routes = routes
        self.upstreams = Upstreams(routes)
        self.shadow = Shadow(routes, self.upstreams)
        settings = chassis.settings
        self.admission = Admission(settings.infer_at_once, settings.infer_quotas)
        self.takes = paths.is_inference

    async def __aenter__(self) -> "InferenceProxy":
        await self.upstreams.__aenter__()
        await self.shadow.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.shadow.__aexit__(*error)
        await self.upstreams.__aexit__(*error)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Send) -> None:
        """Answer one request; every error in the protocol's form."""
        try:
            await self._answer(scope, receive, send)
        except FairleadError as error:
            await send_error(send, error)

    async def _answer(self, scope: MutableMapping[str, Any], receive: Any, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        target = paths.parse(scope["path"])
        if target.deployment is None and target.rest in server.OPEN:
            await send_json(send, 200, server.OPEN[target.rest]())
            return
        principal = await authenticated(self.chassis, bearer(headers))
        project = target.project or headers.get("fairlead-project") or self.chassis.access.home(principal)
        if target.deployment is None:
            await self._of_project(principal, project, scope["method"], target.rest, send)
            return
        self.require(principal, project, target.deployment)
        if not _plain(target.rest):
            raise NotFoundError(f"Deployment {target.deployment} has no such path.")
        patience = patience_of(headers.get(DEADLINE))
        with self.admission.one(project):
            body = await _body(receive)
            call = Call(scope["method"], target.deployment, target.rest, body, _passed_on(scope), patience=patience)
            answer = await self.ask(project, call, target.version)
        await send_bytes(send, answer.status, answer.body, answer.headers)

    async def ask(self, project: str, call: Call, version: str | None) -> Answer:
        """The answer of a champion; challengers get a copy of what was predicted. Raises: as `Upstreams.ask`."""
        answer = await self.upstreams.ask(project, call, version)
        if call.rest in _PREDICTIONS and answer.status == 200:  # HTTP's own number
            self.shadow.copy(project, call)
        return answer

    def require(self, principal: str, project: str, deployment: str) -> None:
        """Hold the caller to the policy. Raises: NotFoundError, ForbiddenError."""
        access = self.chassis.access
        decision = access.decide(principal, project, f"deployment:{deployment}", INFER.action)
        if decision.allowed:
            return
        if not access.knows(principal, project):
            raise NotFoundError(f"No deployment {deployment} in project {project}.")
        raise ForbiddenError(decision.missing or "Policy does not allow this.")

    async def _of_project(self, principal: str, project: str, method: str, rest: str, send: Send) -> None:
        await send_json(send, 200, server.listed(method, rest, self.usable(principal, project)))

    def usable(self, principal: str, project: str) -> list[RouteTable]:
        """The tables of a project's deployments that the caller may ask."""
        access = self.chassis.access
        return [
            table
            for table in self.routes.deployments(project)
            if access.decide(principal, project, f"deployment:{table.deployment}", INFER.action).allowed
        ]


def patience_of(given: str | None) -> float:
    """The seconds that a caller waits. Raises: InvalidRequestError for what is no number of milliseconds."""
    if given is None:
        return PATIENCE
    if not (given.isascii() and given.isdigit() and 0 < len(given) <= _DIGITS and int(given) > 0):
        raise InvalidRequestError(f"The header {DEADLINE} must be a whole number of milliseconds above 0.")
    return min(PATIENCE, int(given) / 1_000)


def _passed_on(scope: MutableMapping[str, Any]) -> dict[str, str]:
    kept = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"] if name in _PASSED_ON}
    kept["x-request-id"] = scope["state"]["request_id"]
    kept["fairlead-received"] = str(time.time_ns() // 1_000)
    return kept


async def _body(receive: Any) -> bytes:
    chunks, size = [], 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > BODY_LIMIT:
            raise TooLargeError(f"The body is over the limit of {BODY_LIMIT:,} bytes.")
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)
