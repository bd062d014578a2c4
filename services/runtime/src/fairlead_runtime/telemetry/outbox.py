"""Batches on their way to the streams: kept in order until acknowledged, bounded, and never in an answer's way."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from fairlead_contracts.errors import FairleadError

from fairlead_runtime.telemetry import spool
from fairlead_runtime.telemetry.spool import Spool

log = structlog.get_logger()
LIMIT = 64 * 1024 * 1024
MESSAGE_LIMIT = 4_000_000
"""Bytes of one batch: what the bus takes, its headers aside. A larger one would hold up all behind it for ever."""
RETRY = 1.0
Publish = Callable[[str, bytes, str], Awaitable[object]]


@dataclass(frozen=True)
class _Item:
    subject: str
    message_id: str
    size: int
    payload: bytes | None
    """None when it is on the disk."""
    path: Path | None = None


class Outbox:
    """A queue of telemetry. Over its limit the oldest batch is dropped; its sequence number then shows as a gap.

    With a spool batches wait on the disk, and those that an earlier start of the replica left there go first.
    """

    def __init__(self, publish: Publish, spool: Spool | None = None) -> None:
        self._publish, self._spool = publish, spool
        self._items: deque[_Item] = deque()
        self._kept = self._spooled = 0
        self.dropped = 0
        for path, head, size in spool.left() if spool else ():
            self._add(_Item(head["subject"], head["message_id"], size, None, path))

    def put(self, subject: str, payload: bytes, message_id: str) -> None:
        """Queue one batch; the id makes a repeated delivery harmless."""
        if len(payload) > MESSAGE_LIMIT:
            self.dropped += 1
            log.error("a batch of telemetry is too large for the bus", message_id=message_id, size=len(payload))
            return
        head = {"subject": subject, "message_id": message_id}
        path = self._spool.put(head, payload) if self._spool else None
        self._add(_Item(subject, message_id, len(payload), None if path else payload, path))
        while self._kept > LIMIT or self._spooled > spool.LIMIT:
            over = self._kept > LIMIT
            oldest = next(each for each in self._items if (each.payload is not None) == over)
            self._items.remove(oldest)
            self._forget(oldest)
            self.dropped += 1
            log.error("telemetry over its limit was dropped", message_id=oldest.message_id, dropped=self.dropped)

    def _add(self, item: _Item) -> None:
        self._items.append(item)
        if item.path is None:
            self._kept += item.size
        else:
            self._spooled += item.size

    def _forget(self, item: _Item) -> None:
        if item.path is None:
            self._kept -= item.size
            return
        self._spooled -= item.size
        item.path.unlink(missing_ok=True)

    async def send_all(self) -> None:
        """Publish everything that is queued. Stops at the first that is not acknowledged; it stays queued."""
        while self._items:
            item = self._items[0]
            payload = item.payload if item.path is None else self._read(item.path)
            if payload is not None:
                await self._publish(item.subject, payload, item.message_id)
            if self._items and self._items[0] is item:
                self._items.popleft()
                self._forget(item)

    def _read(self, path: Path) -> bytes | None:
        try:
            return spool.read(path)[1]
        except (OSError, ValueError):
            self.dropped += 1
            log.error("a batch on the disk cannot be read and is dropped", file=path.name)
            return None

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
