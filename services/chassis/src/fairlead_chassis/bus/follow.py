"""Following a stream, gap-free: an own ordered consumer, made again whenever anything is off.

A gap in the consumer's sequence, heartbeats that stay away, a lost connection, a restarted server: each ends a session,
and the next one begins after the last message that was handed on.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError

log = structlog.get_logger()
HEARTBEAT, SILENCE, LOOK, PAUSE = 1.0, 3.5, 0.25, 0.3
BATCH = 1_000
_CONTROL = "100"


@dataclass(frozen=True)
class RawMessage:
    """One stored message, byte for byte."""

    sequence: int
    time: datetime
    subject: str
    data: bytes
    pending: int = 0
    """How many more of them the server holds ready."""


class _BrokenError(Exception):
    """A session can no longer be trusted to be complete."""


def _ignore() -> None:
    """Hear nothing."""


async def _trust() -> None:
    """Take the stream for what it was."""


async def follow(
    client: Client,
    stream: str,
    after: int,
    heard: Callable[[], None] = _ignore,
    same: Callable[[], Awaitable[None]] = _trust,
) -> AsyncGenerator[list[RawMessage], None]:
    """Everything after a sequence, in order, in the batches in which it arrives; never ends by itself.

    `heard` is called for every sign of life, heartbeats too, and `same` before each session: what it raises ends the
    following, when it is no error of the bus.
    """
    position = after
    while True:
        try:
            await same()
            async with contextlib.aclosing(_session(client, stream, position, heard)) as session:
                async for batch in session:
                    position = batch[-1].sequence
                    yield batch
        except (_BrokenError, nats.errors.Error, APIError, TimeoutError, OSError) as error:
            log.info("following anew", stream=stream, after=position, reason=str(error) or type(error).__name__)
            await asyncio.sleep(PAUSE)


async def _session(
    client: Client, stream: str, after: int, heard: Callable[[], None]
) -> AsyncGenerator[list[RawMessage], None]:
    inbox, connection = client.new_inbox(), client.stats["reconnects"]
    arrived: asyncio.Queue[Msg] = asyncio.Queue()

    async def enqueue(message: Msg) -> None:
        arrived.put_nowait(message)

    subscription = await client.subscribe(inbox, cb=enqueue, pending_msgs_limit=-1, pending_bytes_limit=-1)
    try:
        await client.jetstream(timeout=2).add_consumer(stream, _config(inbox, after))
        seen = 0
        while True:
            batch = []
            messages = await _next(arrived, lambda: client.stats["reconnects"] == connection)
            heard()
            for message in messages:
                if message.headers and message.headers.get("Status") == _CONTROL:
                    await _control(message, seen)
                    continue
                place = message.metadata
                if place.sequence.consumer != seen + 1:
                    raise _BrokenError(f"{place.sequence.consumer - seen - 1} messages are missing")
                seen += 1
                batch.append(
                    RawMessage(place.sequence.stream, place.timestamp, message.subject, message.data, place.num_pending)
                )
            if batch:
                yield batch
    finally:
        with contextlib.suppress(nats.errors.Error):
            await subscription.unsubscribe()


async def _next(arrived: "asyncio.Queue[Msg]", connected: Callable[[], bool]) -> list[Msg]:
    messages = [await _first(arrived, connected)]
    while len(messages) < BATCH and not arrived.empty():
        messages.append(arrived.get_nowait())
    return messages


async def _first(arrived: "asyncio.Queue[Msg]", connected: Callable[[], bool]) -> Msg:
    for _ in range(int(SILENCE / LOOK)):
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(arrived.get(), LOOK)
        if not connected():
            raise _BrokenError("the connection was made anew")
    raise TimeoutError


async def _control(message: Msg, seen: int) -> None:
    headers = message.headers or {}
    if message.reply:
        await message.respond(b"")
    elif stalled := headers.get("Nats-Consumer-Stalled"):
        await message._client.publish(stalled)  # the one way to the message's own connection
    delivered = headers.get("Nats-Last-Consumer")
    if delivered is not None and int(delivered) > seen:
        raise _BrokenError(f"{int(delivered) - seen} messages are missing")


def _config(inbox: str, after: int) -> ConsumerConfig:
    return ConsumerConfig(
        deliver_subject=inbox,
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=after + 1,
        ack_policy=AckPolicy.NONE,
        max_deliver=1,
        idle_heartbeat=HEARTBEAT,
        flow_control=True,
        inactive_threshold=30.0,
        mem_storage=True,
        num_replicas=1,
    )
