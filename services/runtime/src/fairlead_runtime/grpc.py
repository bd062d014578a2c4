"""A replica's gRPC listener: each call through the same queue, receipts and telemetry as HTTP's."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import msgspec
from fairlead_chassis.grpc.server import Limits, Method, RefusedCallError, Rpc, listening

from fairlead_runtime.rpcs import Rpcs
from fairlead_runtime.serving.calls import Arrival, Served

_OK = 200


@contextlib.asynccontextmanager
async def serving(rpcs: Rpcs, host: str, limits: Limits | None = None) -> AsyncIterator[str]:
    """Answer gRPC on a free port until the block ends; yields the address."""
    methods = {name: _method(rpcs, name) for name in rpcs.methods}
    async with listening(methods, f"{host}:0", limits) as port:
        yield f"{host}:{port}"


def _method(rpcs: Rpcs, name: str) -> Method:
    async def answer(rpc: Rpc) -> bytes:
        answered: asyncio.Future[Served] = asyncio.get_running_loop().create_future()

        def done(served: Served) -> None:
            if not answered.done():  # the caller may have given up
                answered.set_result(served)

        moment = time.time_ns() // 1_000
        id_ = rpc.metadata.get("x-request-id")
        began = time.perf_counter_ns()
        due = began + int(rpc.remaining * 1e9) if rpc.remaining is not None else 0
        rpcs.answer(name, rpc.message, Arrival(rpc.message, id_, moment, began, rpcs.form, due), done)
        served = await answered
        if served.status == _OK:
            return served.body
        said = msgspec.json.decode(served.body)
        raise RefusedCallError(served.status, said["error"], said["code"])

    return answer
