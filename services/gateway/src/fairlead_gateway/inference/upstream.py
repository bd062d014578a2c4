"""Asking a replica: kept connections, least loaded first, another one where that is safe."""

import time
from dataclasses import dataclass

import aiohttp
from fairlead_contracts.errors import UnavailableError

from fairlead_gateway.inference.answers import Headers
from fairlead_gateway.inference.routes import Routes, Upstream

TIMEOUT = aiohttp.ClientTimeout(total=60, connect=2)
DRAINING = 503
EJECTED_FOR = 2.0
_DROPPED = {"connection", "transfer-encoding", "content-length", "keep-alive", "server", "date"}


@dataclass(frozen=True)
class Call:
    """One request to a replica: what follows the deployment in the path, the body, and the headers to pass on."""

    method: str
    deployment: str
    rest: str
    body: bytes
    headers: dict[str, str]
    named: str | None = None
    """The path on the replica, where it is not the deployment's."""

    @property
    def path(self) -> str:
        """The path on the replica."""
        if self.named is not None:
            return self.named
        return f"/v2/models/{self.deployment}" + (f"/{self.rest}" if self.rest else "")


@dataclass(frozen=True)
class Answer:
    """What a replica answered."""

    status: int
    body: bytes
    headers: Headers


class Upstreams:
    """The connections to all replicas."""

    def __init__(self, routes: Routes) -> None:
        self.routes = routes
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Upstreams":
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
        self._session = aiohttp.ClientSession(connector=connector, timeout=TIMEOUT, auto_decompress=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, project: str, call: Call, version: str | None = None) -> Answer:
        """Ask the champions in turn: one that cannot be reached or drains has not scored, so the next is asked.

        Raises: NotFoundError, UnavailableError when no replica could take the request.
        """
        tried = 0
        for upstream in _healthy_first(self.routes.champions(project, call.deployment, version)):
            tried += 1
            try:
                answer = await self.send(upstream, call)
            except (aiohttp.ClientConnectorError, aiohttp.ServerDisconnectedError, ConnectionResetError):
                upstream.failed_at = time.monotonic()
                continue
            if answer.status != DRAINING:
                return answer
        raise UnavailableError(f"None of the {tried} replicas of {call.deployment} took the request; retry.")

    async def send(self, upstream: Upstream, call: Call) -> Answer:
        """Send to one replica and read its whole answer."""
        if self._session is None:
            raise UnavailableError("The gateway is not ready yet; retry.")
        upstream.in_flight += 1
        upstream.asked += 1
        try:
            url = upstream.replica.address + call.path
            async with self._session.request(call.method, url, data=call.body, headers=call.headers) as response:
                body = await response.read()
                return Answer(response.status, body, _kept(response))
        finally:
            upstream.in_flight -= 1


def _healthy_first(upstreams: list[Upstream]) -> list[Upstream]:
    now = time.monotonic()
    return sorted(upstreams, key=lambda each: now - each.failed_at < EJECTED_FOR)


def _kept(response: aiohttp.ClientResponse) -> Headers:
    return [
        (name.lower().encode(), value.encode())
        for name, value in response.headers.items()
        if name.lower() not in _DROPPED
    ]
