"""Copies of the monitor ask each other: whoever is asked for a report hands the question to who owns the partition.

Copies that share a data directory read each other's files and need not ask.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from fairlead_chassis.chassis import Chassis
from fairlead_chassis.service import Context
from fairlead_contracts.errors import FairleadError, InternalError, Problem, TooLargeError, from_problem
from fairlead_contracts.messages import ERROR_HEADER, REQUEST_ID_HEADER, owner_subject
from fairlead_contracts.operations import Operation
from pydantic import BaseModel

from fairlead_monitor.answering.reports import REPORTS, made
from fairlead_monitor.partitions.places import partition_of
from fairlead_monitor.view import MonitorView

log = structlog.get_logger()
AT_ONCE = 64
_HEADERS = 4_096
Answer = Callable[[Any, MonitorView, Context], Coroutine[Any, Any, Any]]


def answered(operation: Operation[Any, Any]) -> Answer:
    """The handler of a report, whoever has its data."""

    async def answer(request: Any, view: MonitorView, context: Context) -> Any:
        view.require(request.project, request.deployment)
        chassis = context.chassis
        holder = chassis.own.owning.holder(partition_of(request.project, request.deployment))
        if holder is None:
            return await made(operation, request, chassis)
        return await _asked(operation, request, holder, context)

    return answer


async def _asked(operation: Operation[Any, Any], request: BaseModel, holder: str, context: Context) -> Any:
    bus = context.chassis.bus
    reply = await bus.raw_request(
        owner_subject("monitor", holder, operation.name), request.model_dump_json().encode(),
        {REQUEST_ID_HEADER: context.request_id}, change=False, patience=operation.patience,
    )  # fmt: skip
    if (reply.headers or {}).get(ERROR_HEADER):
        raise from_problem(Problem.model_validate_json(reply.data))
    return operation.reply.model_validate_json(reply.data)


async def answer_copies(chassis: Chassis) -> None:
    """Answer the other copies until cancelled. They have asked policy; no user but theirs may publish there."""
    operations = {operation.name: operation for operation in REPORTS}
    room, underway = asyncio.Semaphore(AT_ONCE), set[asyncio.Task[None]]()

    def done(task: "asyncio.Task[None]") -> None:
        underway.discard(task)
        room.release()

    async def take(message: Any) -> None:
        operation = operations.get(message.subject.rpartition(".")[2])
        if operation is not None:
            await room.acquire()
            task = asyncio.create_task(_answer(operation, message, chassis))
            underway.add(task)
            task.add_done_callback(done)

    subject = owner_subject("monitor", chassis.own.owning.me, "*")
    subscription = await chassis.bus.client.subscribe(subject, cb=take)
    try:
        await asyncio.Event().wait()
    finally:
        await subscription.drain()  # type: ignore[no-untyped-call]  # nats-py left it so


async def _answer(operation: Operation[Any, Any], message: Any, chassis: Chassis) -> None:
    failed: FairleadError
    try:
        body = (await made(operation, operation.request.model_validate_json(message.data), chassis)).model_dump_json()
        if len(body) > chassis.bus.client.max_payload - _HEADERS:
            raise TooLargeError("The answer is too large: ask for a shorter period or a coarser grain.")
        await message.respond(body.encode())
        return
    except FairleadError as error:
        failed = error
    except Exception:
        log.exception("unhandled error", operation=operation.name)
        failed = InternalError()
    problem = failed.problem((message.headers or {}).get(REQUEST_ID_HEADER)).model_dump_json().encode()
    await chassis.bus.client.publish(message.reply, problem, headers={ERROR_HEADER: failed.code})
