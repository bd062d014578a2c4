"""Following the ledger into SQLite: everything that arrived in one transaction, nothing skipped, nothing twice."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from fairlead_contracts.errors import LowDiskError, UnavailableError
from fairlead_contracts.ledger import Entry, Link, body_hash
from fairlead_contracts.messages import LEDGER
from fairlead_contracts.values import instant, now
from nats.js.errors import NotFoundError

from fairlead_chassis.bus.connection import Bus
from fairlead_chassis.bus.follow import RawMessage, follow
from fairlead_chassis.identity import Access
from fairlead_chassis.part import Part
from fairlead_chassis.view.file import opened
from fairlead_chassis.view.reading import ForeignError, understood

log = structlog.get_logger()
KEPT = timedelta(days=7)
_PRUNE_EVERY = 1_000


class ViewMismatchError(Exception):
    """The view and the ledger do not belong together, or a message cannot be applied."""


@dataclass(frozen=True)
class Done:
    """A change that was accepted, as the view remembers it."""

    sequence: int
    operation: str
    request: str
    time: str


class View:
    """One service's view: chassis's own tables, and its parts'."""

    def __init__(self, folder: Path, instance: str, part: type[Part]) -> None:
        self.db: sqlite3.Connection = opened(folder, instance, (Access.schema, part.schema))
        self.access, self.part = Access(self.db), part(self.db)
        self.applied: int = self.db.execute("SELECT applied FROM meta").fetchone()[0]
        self.heard = time.monotonic()
        self._connection: int | None = None
        self._wrong: str | None = None
        self._behind: datetime | None = None
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []

    async def check(self, bus: Bus) -> int:
        """Compare with the ledger: same stream, not shorter, same message at our place. Returns the ledger's end.

        Raises: ViewMismatchError saying what differs, and how to rebuild.
        """
        try:
            info = await bus.js.stream_info(LEDGER)
        except NotFoundError:
            raise self._mismatch("this nats-server holds no ledger") from None
        created = str(info.created)
        applied, known_hash, _, known_created = self.db.execute(
            "SELECT applied, hash, stream, created FROM meta"
        ).fetchone()
        if applied == 0:
            self.db.execute("UPDATE meta SET stream = ?, created = ?", (LEDGER, created))
            return int(info.state.last_seq)
        if known_created != created:
            raise self._mismatch(f"the ledger was created at {created}, this view follows one of {known_created}")
        if info.state.last_seq < applied:
            raise self._mismatch(f"the ledger ends at {info.state.last_seq}, before {applied}, which was applied")
        try:
            message = await bus.js.get_msg(LEDGER, applied)
        except NotFoundError:
            raise self._mismatch(f"the ledger has no message {applied}, which was applied") from None
        if body_hash(message.data or b"") != known_hash:
            raise self._mismatch(f"message {applied} is not the one that was applied")
        return int(info.state.last_seq)

    def _mismatch(self, what: str) -> ViewMismatchError:
        file = self.db.execute("PRAGMA database_list").fetchone()[2]
        return ViewMismatchError(
            f"{what}. If the ledger is the right one, remove {file} and start again: the view is then rebuilt from it."
        )

    async def follow(self, bus: Bus) -> None:
        """Apply what arrives, for ever. Before each session the ledger is compared anew: a server that was away may
        have come back with older data.

        Raises: ViewMismatchError at another ledger, or a message that cannot be applied.
        """

        async def same() -> None:
            connection = bus.connection
            await self.check(bus)
            self._connection = connection

        following = follow(bus.client, LEDGER, self.applied, self._hear, same)
        async with contextlib.aclosing(following) as arriving:
            async for batch in arriving:
                self.apply(batch)

    def follows(self, bus: Bus) -> bool:
        """Whether the ledger was found to be this view's since the connection was last made."""
        return self._connection == bus.connection

    def broken(self, why: str) -> None:
        """Another ledger than this view's has shown itself: nothing is taken any more, and following ends."""
        self._wrong, self._connection = why, None

    def _hear(self) -> None:
        if self._wrong is not None:
            raise self._mismatch(self._wrong)
        self.heard = time.monotonic()

    def apply(self, batch: Sequence[RawMessage]) -> None:
        """Apply a batch in one transaction."""
        fresh = [message for message in batch if message.sequence > self.applied]
        if not fresh:
            return
        if fresh[0].sequence != self.applied + 1:
            raise ViewMismatchError(f"message {self.applied + 1} is missing: {fresh[0].sequence} came instead")
        self.db.execute("BEGIN")
        try:
            for message in fresh:
                self._one(message)
            last = fresh[-1]
            self.db.execute("UPDATE meta SET applied = ?, hash = ?", (last.sequence, body_hash(last.data)))
            self.db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._undo()
            raise LowDiskError(
                f"The view's file cannot be written: {error}. Free some space; it then goes on."
            ) from error
        except BaseException:
            self._undo()
            raise
        self.applied, self.heard = last.sequence, time.monotonic()
        self._behind = last.time if last.pending else None
        self._wake()

    def _undo(self) -> None:
        if self.db.in_transaction:  # SQLite has undone it by itself where the disk is full
            self.db.execute("ROLLBACK")

    def _one(self, message: RawMessage) -> None:
        try:
            entry, facts = understood(message)
            for fact in facts:
                self.access.apply(fact, entry)
                self.part.apply(fact, entry)
        except ForeignError as error:
            self._foreign(message, str(error))
        except sqlite3.OperationalError:
            raise
        except Exception as error:
            raise ViewMismatchError(
                f"ledger message {message.sequence} on {message.subject} cannot be applied: {error}"
            ) from error
        else:
            self._own(entry)

    def _foreign(self, message: RawMessage, reason: str) -> None:
        # It changes nothing. But it is the last of its subject, which the next change there must build on.
        log.error("the ledger holds what no service wrote", sequence=message.sequence, reason=reason)
        self.db.execute("INSERT INTO foreign_messages VALUES (?, ?, ?)", (message.sequence, message.subject, reason))
        self._remember(message.subject, message.sequence, body_hash(message.data))
        self.part.foreign(message)

    def foreign(self) -> int:
        """How many messages the ledger holds that no service of Fairlead wrote; each is a sign of a stolen key."""
        return int(self.db.execute("SELECT count(*) FROM foreign_messages").fetchone()[0])

    def _remember(self, subject: str, sequence: int, hashed: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO aggregates VALUES (?, ?, ?)", (subject, sequence, hashed))

    def _own(self, entry: Entry) -> None:
        envelope, moment = entry.envelope, instant(entry.time)
        if envelope.kind != "refused":
            self._remember(entry.subject, entry.sequence, entry.hash)
            key = (envelope.actor, envelope.operation_id)
            values = (*key, entry.sequence, envelope.operation, envelope.request, moment)
            self.db.execute("INSERT OR IGNORE INTO operations VALUES (?, ?, ?, ?, ?, ?)", values)
        if entry.sequence % _PRUNE_EVERY == 0:
            self.db.execute("DELETE FROM operations WHERE time < ?", (instant(entry.time - KEPT),))

    def last(self, subject: str) -> Link | None:
        """The newest message of an aggregate."""
        row = self.db.execute("SELECT sequence, hash FROM aggregates WHERE subject = ?", (subject,)).fetchone()
        return Link.model_construct(sequence=row[0], hash=row[1]) if row else None

    def operation(self, principal: str, operation_id: str) -> Done | None:
        """What a principal's operation of this id became."""
        key = (principal, operation_id)
        row = self.db.execute(
            "SELECT sequence, operation, request, time FROM operations WHERE (principal, id) = (?, ?)", key
        ).fetchone()
        return Done(*row) if row else None

    def lag(self) -> float:
        """Seconds since anything, a heartbeat included, was heard; or the age of what is held, while more waits."""
        silence = time.monotonic() - self.heard
        return silence if self._behind is None else max(silence, (now() - self._behind).total_seconds())

    async def reach(self, sequence: int, patience: float) -> None:
        """Wait until the view holds a sequence. Raises: UnavailableError when it does not in time."""
        if self.applied >= sequence:
            return
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((sequence, waiting))
        try:
            await asyncio.wait_for(waiting, patience)
        except TimeoutError:
            raise UnavailableError(f"This copy has not reached ledger sequence {sequence} yet; retry.") from None

    async def changed(self, patience: float) -> None:
        """Wait until anything newer is applied, or so many seconds have passed."""
        with contextlib.suppress(UnavailableError):
            await self.reach(self.applied + 1, patience)

    def _wake(self) -> None:
        still = []
        for sequence, waiting in self._waiting:
            if waiting.done():
                continue
            if sequence <= self.applied:
                waiting.set_result(None)
            else:
                still.append((sequence, waiting))
        self._waiting = still
