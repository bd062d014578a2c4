"""Asking a replica: kept connections, least loaded first, another one where that is safe."""

import json
import time
from dataclasses import dataclass

import aiohttp
from fairlead_contracts.errors import ModelFailedError, ModelTimeoutError, UnavailableError

from fairlead_gateway.inference.answers import Headers
from fairlead_gateway.inference.routes import Routes, Upstream

TIMEOUT = aiohttp.ClientTimeout(total=60, connect=2)
_BROKEN = 2
EJECTED_FOR = 2.0
_DROPPED = {"connection", "transfer-encoding", "content-length", "keep-alive", "server", "date"}
_NOT_OURS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
"""Headers that aiohttp would add: what the client takes and sends is the client's to say."""


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
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=TIMEOUT, auto_decompress=False, skip_auto_headers=_NOT_OURS
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, project: str, call: Call, version: str | None = None) -> Answer:
        """Ask the champions in turn: one that cannot be reached or drains has not scored, so the next is asked.

        Raises: NotFoundError, UnavailableError when no replica could take the request.
        """
        tried, broken, said = 0, 0, ""
        for upstream in _healthy_first(self.routes.champions(project, call.deployment, version)):
            tried += 1
            try:
                answer = await self.send(upstream, call)
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
                upstream.failed_at = time.monotonic()
                continue
            except (aiohttp.ServerDisconnectedError, ConnectionResetError):
                upstream.failed_at, broken = time.monotonic(), broken + 1
                if broken == _BROKEN:  # one may have been ended by anything; two were most likely ended by these rows
                    raise ModelFailedError(f"{broken} replicas ended in the middle of this request.") from None
                continue
            if (refusal := _not_scored(answer)) is None:
                return answer
            said = f" The last one said: {refusal}"
        raise UnavailableError(f"None of the {tried} replicas of {call.deployment} took the request; retry.{said}")

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
        except aiohttp.ConnectionTimeoutError:
            raise
        except TimeoutError:
            detail = f"A replica of {call.deployment} did not answer within {TIMEOUT.total:.0f} s."
            raise ModelTimeoutError(detail) from None
        finally:
            upstream.in_flight -= 1


def _not_scored(answer: Answer) -> str | None:
    # A replica that drains, or whose model is not asked for a while, says so; any other 503 came from scoring.
    if answer.status != UnavailableError.status:
        return None
    try:
        said = json.loads(answer.body)
        return str(said["error"]) if said["code"] == UnavailableError.code else None
    except (ValueError, LookupError, TypeError):
        return None


def _healthy_first(upstreams: list[Upstream]) -> list[Upstream]:
    now = time.monotonic()
    return sorted(upstreams, key=lambda each: now - each.failed_at < EJECTED_FOR)


def _kept(response: aiohttp.ClientResponse) -> Headers:
    return [
        (name.lower().encode(), value.encode())
        for name, value in response.headers.items()
        if name.lower() not in _DROPPED
    ]
