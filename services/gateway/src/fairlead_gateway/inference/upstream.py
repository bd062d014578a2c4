"""Asking a replica: kept connections, least loaded first, another one where that is safe."""

import asyncio
import json
import time
from dataclasses import dataclass

from fairlead_contracts.errors import ModelFailedError, ModelTimeoutError, UnavailableError

from fairlead_gateway.inference.pool import Pool
from fairlead_gateway.inference.routes import Routes, Upstream
from fairlead_gateway.inference.wire import Answer, BrokeOffError

PATIENCE = 60.0
_BROKEN = 2
_SERVER_ERROR = 500
_HEAD = "{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n{fields}\r\n"
DEADLINE = "fairlead-deadline-ms"
"""The header that says for how many milliseconds the caller still waits."""


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
    patience: float = PATIENCE
    """Seconds that the caller waits."""

    @property
    def path(self) -> str:
        """The path on the replica."""
        if self.named is not None:
            return self.named
        return f"/v2/models/{self.deployment}" + (f"/{self.rest}" if self.rest else "")

    def head(self, host: str, remaining: float) -> bytes:
        """The head of the request, with what is left of the caller's patience."""
        fields = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        fields += f"{DEADLINE}: {max(1, int(remaining * 1_000))}\r\n"
        return _HEAD.format(
            method=self.method, path=self.path, host=host, length=len(self.body), fields=fields
        ).encode("latin-1")  # fmt: skip


class Upstreams:
    """The connections to all replicas."""

    def __init__(self, routes: Routes) -> None:
        self.routes = routes
        self.pool = Pool()

    async def __aenter__(self) -> "Upstreams":
        return self

    async def __aexit__(self, *_: object) -> None:
        self.pool.close()

    async def ask(self, project: str, call: Call, version: str | None = None) -> Answer:
        """Ask the champions in turn: one that cannot be reached or drains has not scored, so the next is asked.

        Raises: NotFoundError; UnavailableError when no replica could take the request, or all have as many as they
        bear; ModelTimeoutError when the caller's patience is over; ModelFailedError when replicas end of it.
        """
        try:
            async with asyncio.timeout(call.patience):
                return await self._asked(project, call, version, time.monotonic() + call.patience)
        except TimeoutError:
            raise ModelTimeoutError(
                f"A replica of {call.deployment} did not answer within {call.patience:g} s."
            ) from None

    async def _asked(self, project: str, call: Call, version: str | None, due: float) -> Answer:
        tried, broken, said = 0, 0, ""
        for upstream in self.routes.champions(project, call.deployment, version):
            if upstream.full:
                said = " All have as many requests as they take."
                continue
            tried += 1
            try:
                answer = await self._sent(upstream, call, due)
            except OSError:  # not reached
                upstream.failed()
                continue
            except BrokeOffError:
                upstream.failed()
                broken += 1
                if broken == _BROKEN:  # one may have been ended by anything; two were most likely ended by these rows
                    raise ModelFailedError(f"{broken} replicas ended in the middle of this request.") from None
                continue
            if (refusal := _not_scored(answer)) is None:
                return answer
            said = f" The last one said: {refusal}"
        raise UnavailableError(f"None of the {tried} replicas of {call.deployment} took the request; retry.{said}")

    async def send(self, upstream: Upstream, call: Call) -> Answer:
        """Send to one replica and read its whole answer. Raises: OSError, BrokeOffError, TimeoutError."""
        async with asyncio.timeout(call.patience):
            return await self._sent(upstream, call, time.monotonic() + call.patience)

    async def _sent(self, upstream: Upstream, call: Call, due: float) -> Answer:
        address = upstream.replica.address
        upstream.in_flight += 1
        upstream.asked += 1
        try:
            wire = await self.pool.take(address)
            head = call.head(address.rpartition("/")[2], due - time.monotonic())
            try:
                answer = await wire.exchange(head, call.body, without_body=call.method == "HEAD")
            except BrokeOffError as error:
                if not wire.used or error.begun:
                    raise
                # A kept connection that ends without a byte was most likely ended before the request came. Where the
                # replica is gone altogether, these rows may have ended it.
                try:
                    wire = await self.pool.fresh(address)
                except OSError:
                    raise error from None
                answer = await wire.exchange(head, call.body, without_body=call.method == "HEAD")
            self.pool.give_back(address, wire)
        finally:
            upstream.in_flight -= 1
        upstream.answered(well=answer.status < _SERVER_ERROR or answer.status == UnavailableError.status)
        return answer


def _not_scored(answer: Answer) -> str | None:
    # A replica that drains, or whose model is not asked for a while, says so; any other 503 came from scoring.
    if answer.status != UnavailableError.status:
        return None
    try:
        said = json.loads(answer.body)
        return str(said["error"]) if said["code"] == UnavailableError.code else None
    except (ValueError, LookupError, TypeError):
        return None
