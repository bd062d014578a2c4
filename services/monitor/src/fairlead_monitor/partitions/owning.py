"""Which partitions this process owns now: those that its leases say, and whose files it has taken."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator

import structlog
from fairlead_chassis.bus.connection import Bus
from fairlead_chassis.bus.follow import RawMessage
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.leases import Beat, Lease
from fairlead_contracts.messages import EXPECTED_HEADER, LEASES, beat_subject, lease_subject
from fairlead_contracts.names import uuid7

from fairlead_monitor.partitions.balance import moves
from fairlead_monitor.partitions.board import Board, Held
from fairlead_monitor.partitions.files import Files
from fairlead_monitor.partitions.presence import Presence
from fairlead_monitor.partitions.snapshots import Snapshots

log = structlog.get_logger()
SERVICE = "monitor"
EVERY = 2.0
"""Seconds between two signs of life."""


class Owning:
    """Takes partitions, lets them go, and says which it has."""

    def __init__(self, files: Files, snapshots: Snapshots, bus: Bus, instance: str) -> None:
        self.files, self._snapshots, self._bus, self._instance = files, snapshots, bus, instance
        self.me = uuid7()
        self.held: frozenset[int] = frozenset()
        self._presence = Presence(files.home, self.me)
        self._board = Board(self.me, self._presence.ended)
        self._news, self._turned = asyncio.Event(), asyncio.Event()
        self._beats = self._awaited = 0

    async def changed(self, since: frozenset[int]) -> None:
        """Wait until the partitions held are others than these."""
        while self.held == since:
            await self._turned.wait()

    def responsible(self, partition: int) -> bool:
        """Whether what only one copy does for a partition is this one's to do; anyone's where nobody holds it."""
        return self._board.leases.get(partition, Held()).holder in ("", self.me)

    def holder(self, partition: int) -> str | None:
        """The copy to be asked about a partition, where this one cannot answer: None when its file is here."""
        lease = self._board.leases.get(partition, Held())
        if partition in self.held or lease.holder in ("", self.me) or self.files.owner(partition) == lease.token:
            return None
        return lease.holder

    async def hold(self) -> None:
        """Take part until cancelled, then let everything go."""
        watching = asyncio.create_task(self._watch())
        try:
            await self._turns()
        finally:
            watching.cancel()
            await self._leave()

    async def _turns(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            until = loop.time() + EVERY
            with _told():
                await self._beat()
            while (left := until - loop.time()) > 0:
                with _told():
                    await self._turn()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), left)
                self._news.clear()

    async def _watch(self) -> None:
        async for batch in self._bus.follow(LEASES, 0):
            for message in batch:
                self._hear(message)
            if batch[-1].pending == 0:
                self._news.set()

    def _hear(self, message: RawMessage) -> None:
        if message.subject.split(".")[1] == SERVICE:
            self._board.take(message)

    async def _turn(self) -> None:
        if self.me not in self._board.heard() or self._board.seen < self._awaited:
            return  # what the stream held before this copy came, or what it wrote itself, is not all in yet
        await self._follow_leases()
        step = moves(self._board)
        for partition in step.let_go:
            await self._drop(partition)
            await self._write(partition, "")
        for partition in step.take:
            await self._write(partition, self.me)
        self._presence.tidy({held.holder for held in self._board.leases.values()})

    async def _follow_leases(self) -> None:
        mine = {each: self._board.leases[each].token for each in self._board.held_by(self.me)}
        for partition in self.held - set(mine):
            await self._drop(partition)
        taken = {each: token for each, token in mine.items() if not self.files.holds(each, token)}
        for partition, token in taken.items():
            await self._snapshots.restore(partition)
            await asyncio.to_thread(self.files.take, partition, token)
        if taken:
            log.info("partitions are held", partitions=sorted(taken))
        self._set(self.held | set(taken))

    async def _drop(self, partition: int) -> None:
        self._set(self.held - {partition})
        await asyncio.to_thread(self.files.close, partition)
        log.info("a partition is let go", partition=partition)

    async def _write(self, partition: int, holder: str) -> None:
        before = self._board.leases.get(partition, Held())
        body = Lease(partition=partition, holder=holder).model_dump_json().encode()
        headers = {EXPECTED_HEADER: str(before.sequence)}
        subject = lease_subject(SERVICE, partition)
        self._awaited = await self._bus.publish_acknowledged(subject, body, headers=headers)

    async def _beat(self, *, leaving: bool = False) -> None:
        self._beats += 1
        beat = Beat(copy_id=self.me, number=self._beats, leaving=leaving)
        subject = beat_subject(SERVICE, self._instance)
        await self._bus.publish_acknowledged(subject, beat.model_dump_json().encode())

    async def _leave(self) -> None:
        mine = self.held
        with _told():
            async with asyncio.timeout(EVERY):
                for partition in mine:
                    await self._drop(partition)
                await self._beat(leaving=True)
        self._presence.close()

    def _set(self, held: frozenset[int]) -> None:
        if held == self.held:
            return
        self.held = held
        turned, self._turned = self._turned, asyncio.Event()
        turned.set()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (FairleadError, sqlite3.Error, OSError, TimeoutError) as error:
        log.warning("leases wait", reason=str(error) or type(error).__name__)
