"""Copies of requests for challengers: from a bounded queue, never waited for; drops are counted."""

import asyncio

import structlog
from fairlead_contracts.errors import FairleadError
from prometheus_client import Counter

from fairlead_gateway.inference.routes import Routes, Upstream
from fairlead_gateway.inference.upstream import Call, Upstreams
from fairlead_gateway.inference.wire import BrokeOffError

log = structlog.get_logger()
QUEUE = 1_000
WORKERS = 4
DROPPED = Counter("fairlead_shadow_dropped", "Copies for challengers that found the queue full", ["deployment"])
FAILED = Counter("fairlead_shadow_failed", "Copies that a challenger could not answer", ["deployment"])


class Shadow:
    """Sends the same body, id and time to every challenger."""

    def __init__(self, routes: Routes, upstreams: Upstreams) -> None:
        self.routes = routes
        self.upstreams = upstreams
        self._queue: asyncio.Queue[tuple[Upstream, Call]] = asyncio.Queue(QUEUE)
        self._workers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Shadow":
        self._workers = [asyncio.create_task(self._work()) for _ in range(WORKERS)]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._queue.join()
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    def copy(self, project: str, call: Call) -> None:
        """Queue a copy for each challenger; where the queue is full the copy is dropped and counted."""
        for upstream in self.routes.challengers(project, call.deployment):
            try:
                self._queue.put_nowait((upstream, call))
            except asyncio.QueueFull:
                DROPPED.labels(call.deployment).inc()

    async def _work(self) -> None:
        while True:
            upstream, call = await self._queue.get()
            try:
                await self.upstreams.send(upstream, call)
            except (BrokeOffError, TimeoutError, FairleadError, OSError):
                FAILED.labels(call.deployment).inc()
            finally:
                self._queue.task_done()
