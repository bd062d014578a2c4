"""Telemetry by durable consumers: pulled in batches, acknowledged after the handler has committed them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import nats.errors
import structlog
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.errors import APIError

from fairlead_chassis.bus.connection import Bus

log = structlog.get_logger()
BATCH = 256
WAIT = 5.0
PAUSE = 1.0
ACK_WAIT = 30.0
DELIVERIES = 20


@dataclass(frozen=True)
class Delivered:
    """One message: its bytes and its place in the stream."""

    data: bytes
    sequence: int


async def consume(bus: Bus, stream: str, durable: str, handle: Callable[[Sequence[Delivered]], None]) -> None:
    """Hand every message of the stream to `handle`, in batches, until cancelled.

    What was acknowledged once can come again after a crash of the server, so `handle` must bear repetition. When it
    raises, the batch stays unacknowledged and comes again.
    """
    while True:
        try:
            await _pull(bus, stream, durable, handle)
        except (nats.errors.Error, APIError, TimeoutError) as error:
            log.warning("consumer waits for the bus", stream=stream, reason=type(error).__name__)
            await asyncio.sleep(PAUSE)


async def _pull(bus: Bus, stream: str, durable: str, handle: Callable[[Sequence[Delivered]], None]) -> None:
    config = ConsumerConfig(
        durable_name=durable, ack_policy=AckPolicy.EXPLICIT, ack_wait=ACK_WAIT, max_ack_pending=10 * BATCH,
        max_deliver=DELIVERIES,
    )  # fmt: skip
    subscription = await bus.js.pull_subscribe("", durable=durable, stream=stream, config=config)
    try:
        while True:
            try:
                messages = await subscription.fetch(BATCH, timeout=WAIT)
            except nats.errors.TimeoutError:
                continue
            await asyncio.to_thread(handle, [Delivered(each.data, each.metadata.sequence.stream) for each in messages])
            await asyncio.gather(*(each.ack() for each in messages))
    finally:
        await subscription.unsubscribe()
