"""A stream, read for the partitions that this process owns.

How far it is read stands with the data, in one transaction: what is not in comes again, what is in is not added twice.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from typing import Any

import structlog
from fairlead_chassis.bus.connection import Bus
from fairlead_chassis.bus.follow import RawMessage
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.values import now
from prometheus_client import Histogram

from fairlead_monitor.intake.baselines import Baselines
from fairlead_monitor.intake.committing import commit, commit_one_by_one
from fairlead_monitor.intake.deadletters import bury
from fairlead_monitor.intake.letters import Letter, Senders
from fairlead_monitor.intake.sorting import sort
from fairlead_monitor.partitions.owning import Owning
from fairlead_monitor.windows.store import move, position, transaction

log = structlog.get_logger()
PAUSE, SETTLE = 1.0, 30.0
LAG = Histogram(
    "fairlead_telemetry_lag_seconds", "From when the oldest message of a batch was stored to when the batch counted",
    ["stream"], buckets=(0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800),
)  # fmt: skip


class Reader:
    """One stream. Raises nothing for a message: each is counted, or refused with a reason."""

    def __init__(self, bus: Bus, stream: str, senders: Senders, baselines: Baselines, owning: Owning) -> None:
        self.bus, self.stream, self._senders, self._baselines = bus, stream, senders, baselines
        self._owning, self._files = owning, owning.files
        self._positions: dict[int, int] = {}
        self._settled = time.monotonic()

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            held = self._owning.held
            try:
                if held:
                    await self._read(held)
                else:
                    await self._owning.changed(held)
            except (FairleadError, sqlite3.OperationalError, OSError) as error:
                log.warning("telemetry waits", stream=self.stream, reason=str(error) or type(error).__name__)
                await asyncio.sleep(PAUSE)

    async def _read(self, held: frozenset[int]) -> None:
        self._positions = await asyncio.to_thread(self._stored, held)
        arriving = self.bus.follow(self.stream, min(self._positions.values()))
        async with contextlib.aclosing(_until(self._owning.changed(held), arriving)) as batches:
            async for batch in batches:
                await self._take(batch)

    async def _take(self, batch: Sequence[RawMessage]) -> None:
        by_partition: defaultdict[int, list[Letter]] = defaultdict(list)
        for message in batch:
            letter = await self._senders.letter(self.stream, message)
            partition = letter.sender.partition
            if letter.sequence > self._positions.get(partition, letter.sequence):
                by_partition[partition].append(letter)
        last = batch[-1].sequence
        for partition, letters in by_partition.items():
            await self._commit(partition, letters, last)
        if by_partition:
            LAG.labels(self.stream).observe(max(0.0, (now() - batch[0].time).total_seconds()))
        self._positions = {partition: max(last, before) for partition, before in self._positions.items()}
        if time.monotonic() - self._settled > SETTLE:
            await asyncio.to_thread(self._settle)

    async def _commit(self, partition: int, letters: Sequence[Letter], last: int) -> None:
        sound, refused = await sort(letters, self._baselines)
        await bury(self.bus, refused)
        try:
            await self._write(partition, commit, sound, refused, self.stream, last)
        except (ValueError, TypeError, KeyError, ArithmeticError):
            failed = await self._write(partition, commit_one_by_one, sound)
            await bury(self.bus, failed)
            await self._write(partition, commit, (), [*refused, *failed], self.stream, last)

    async def _write(self, partition: int, act: Callable[..., Any], *given: Any) -> Any:
        def run() -> Any:
            with self._files.writing(partition) as db:
                return act(db, *given)

        return await asyncio.to_thread(run)

    def _stored(self, held: frozenset[int]) -> dict[int, int]:
        positions = {}
        for partition in held:
            with self._files.writing(partition) as db:
                positions[partition] = position(db.conn, self.stream)
        return positions

    def _settle(self) -> None:
        """Note how far the quiet partitions are, so that a restart need not read again what was none of theirs."""
        for partition, reached in self._positions.items():
            with self._files.writing(partition) as db, transaction(db) as connection:
                move(connection, self.stream, reached)
        self._settled = time.monotonic()


async def _until(
    stop: Coroutine[Any, Any, None], arriving: AsyncGenerator[list[RawMessage], None]
) -> AsyncGenerator[list[RawMessage], None]:
    stopping = asyncio.ensure_future(stop)
    step: asyncio.Future[list[RawMessage]] | None = None
    try:
        while not stopping.done():
            step = asyncio.ensure_future(anext(arriving))
            await asyncio.wait((stopping, step), return_when=asyncio.FIRST_COMPLETED)
            if step.done():
                yield step.result()
    finally:
        waiting = [task for task in (stopping, step) if task is not None]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await arriving.aclose()
