"""Between the bus and every handler: bounded tasks, errors as problems, bugs kept inside, drain without loss."""

import asyncio
import time

import structlog
from fairlead_contracts.errors import FairleadError, InternalError, TooLargeError, UnavailableError
from fairlead_contracts.messages import ERROR_HEADER, REQUEST_ID_HEADER
from fairlead_contracts.names import uuid7
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from fairlead_chassis.bus.connection import Bus
from fairlead_chassis.dispatch import Dispatcher
from fairlead_chassis.natsd.connect import settle
from fairlead_chassis.natsd.permissions import caller as caller_of
from fairlead_chassis.observing import metrics

log = structlog.get_logger()
AT_ONCE = 512
_HEADERS = 4_096


class Endpoints:
    """Every operation of a service, in one queue group with its other copies."""

    def __init__(self, bus: Bus, dispatcher: Dispatcher) -> None:
        self.bus, self.dispatcher = bus, dispatcher
        self.name = dispatcher.service.name
        self._tasks: set[asyncio.Task[None]] = set()
        self._subscriptions: list[Subscription] = []

    async def start(self) -> None:
        """Listen; on return every caller reaches this copy."""
        for operation in self.dispatcher.handlers:
            subject = f"op.*.{self.name}.{operation}"
            self._subscriptions.append(await self.bus.client.subscribe(subject, queue=self.name, cb=self._take))
        await settle(self.bus.client)

    async def drain(self) -> None:
        """Take no more, and finish what was taken."""
        for subscription in self._subscriptions:
            await subscription.drain()  # type: ignore[no-untyped-call]  # nats-py left it so
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, message: Msg) -> None:
        caller = caller_of(self.name, message.subject, message.reply)
        if caller is None:
            return
        if len(self._tasks) >= AT_ONCE:
            await self._fail(message, UnavailableError("Too many requests at once; retry."), "")
            return
        task = asyncio.create_task(self._answer(message, caller))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, message: Msg, caller: str) -> None:
        headers = message.headers or {}
        request_id = headers.get(REQUEST_ID_HEADER) or uuid7()
        operation = message.subject.rpartition(".")[2]
        began, outcome = time.perf_counter(), "ok"
        structlog.contextvars.bind_contextvars(request_id=request_id, operation=operation)
        try:
            body, answered = await self.dispatcher.answer(operation, caller, message.data, headers)
            self._require_fits(body)
            await self.bus.client.publish(message.reply, body, headers=answered or None)
        except FairleadError as error:
            outcome = error.code
            await self._fail(message, error, request_id)
        except Exception:
            outcome = InternalError.code
            log.exception("unhandled error")
            await self._fail(message, InternalError(), request_id)
        finally:
            metrics.observe(operation, outcome, time.perf_counter() - began)

    def _require_fits(self, body: bytes) -> None:
        limit = self.bus.client.max_payload - _HEADERS
        if len(body) > limit:
            raise TooLargeError(f"The answer is over {limit:,} bytes: ask for a shorter period or a coarser grain.")

    async def _fail(self, message: Msg, error: FairleadError, request_id: str) -> None:
        body = error.problem(request_id or None).model_dump_json().encode()
        await self.bus.client.publish(message.reply, body, headers={ERROR_HEADER: error.code})
