"""Batches on their way to the streams: kept in order until acknowledged, bounded, and never in an answer's way."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from fairlead_contracts.errors import FairleadError

log = structlog.get_logger()
LIMIT = 64 * 1024 * 1024
MESSAGE_LIMIT = 4_000_000
"""Bytes of one batch: what the bus takes, its headers aside. A larger one would hold up all behind it for ever."""
RETRY = 1.0
Publish = Callable[[str, bytes, str], Awaitable[object]]


@dataclass(frozen=True)
class _Item:
    subject: str
    payload: bytes
    message_id: str


class Outbox:
    """A queue of telemetry. Over its limit the oldest batch is dropped; its sequence number then shows as a gap."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._items: deque[_Item] = deque()
        self._size = 0
        self.dropped = 0

    def put(self, subject: str, payload: bytes, message_id: str) -> None:
        """Queue one batch; the id makes a repeated delivery harmless."""
        if len(payload) > MESSAGE_LIMIT:
            self.dropped += 1
            log.error("a batch of telemetry is too large for the bus", message_id=message_id, size=len(payload))
            return
        self._items.append(_Item(subject, payload, message_id))
        self._size += len(payload)
        while self._size > LIMIT:
            self._size -= len(self._items.popleft().payload)
            self.dropped += 1

    async def send_all(self) -> None:
        """Publish everything that is queued. Stops at the first that is not acknowledged; it stays queued."""
        while self._items:
            item = self._items[0]
            await self._publish(item.subject, item.payload, item.message_id)
            if self._items and self._items[0] is item:
                self._items.popleft()
                self._size -= len(item.payload)

    async def drain(self, patience: float) -> bool:
        """Publish everything within so many seconds; False when some of it stayed behind."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        while self._items and loop.time() < deadline:
            try:
                await self.send_all()
            except FairleadError:
                await asyncio.sleep(RETRY / 5)
        return not self._items
