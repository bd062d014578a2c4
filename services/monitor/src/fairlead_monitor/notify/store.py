"""The outbox: what is to be said stands here before it is sent, so after any crash the same message goes out again."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fairlead_contracts.channels import DeliveryState
from fairlead_contracts.notifiers import Event, Notification
from fairlead_contracts.values import instant
from sqlite_utils import Database

from fairlead_monitor.notify.compose import Told
from fairlead_monitor.windows.store import transaction

FIRST_PAUSE, LONGEST_PAUSE, PATIENCE = timedelta(seconds=10), timedelta(hours=1), timedelta(days=3)
KEPT = 100
SCHEMA = """
    CREATE TABLE IF NOT EXISTS progress (
        project TEXT, channel TEXT, made INTEGER, cursor INTEGER, told TEXT,
        PRIMARY KEY (project, channel)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS messages (
        place INTEGER PRIMARY KEY, project TEXT, channel TEXT, id TEXT, title TEXT, body TEXT, state TEXT,
        attempts INTEGER, made TEXT, next TEXT, error TEXT) STRICT;
    CREATE INDEX IF NOT EXISTS messages_channel ON messages (project, channel, state);
"""


@dataclass(frozen=True)
class Progress:
    """How far a channel was told."""

    made: int
    cursor: int
    told: tuple[Told, ...] = ()


@dataclass(frozen=True)
class Kept:
    """A message as it stands in the outbox."""

    place: int
    notification: Notification
    state: DeliveryState
    attempts: int
    made: datetime
    next: datetime
    error: str | None


class Outbox:
    """Messages and progress of every channel, in one file."""

    def __init__(self, home: Path) -> None:
        path = home / "monitor" / "notifications.sqlite"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.db = Database(sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False))
        self.db.enable_wal()
        self.db.conn.execute("PRAGMA synchronous = FULL")
        self.db.conn.executescript(SCHEMA)

    def close(self) -> None:
        """Let the file go."""
        self.db.conn.close()

    def progress(self, project: str, channel: str) -> Progress | None:
        """How far a channel was told; nothing where it never was."""
        row = self.db.conn.execute(
            "SELECT made, cursor, told FROM progress WHERE (project, channel) = (?, ?)", (project, channel)
        ).fetchone()
        return Progress(row[0], row[1], tuple(_told(row[2]))) if row else None

    def advance(self, project: str, channel: str, progress: Progress, new: Notification | None) -> None:
        """Note how far a channel was told, together with the message that tells it."""
        told = "\n".join(f"{instant(each.last)} {each.event.model_dump_json()}" for each in progress.told)
        with transaction(self.db) as db:
            row = (project, channel, progress.made, progress.cursor, told)
            db.execute("INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?, ?)", row)
            if new is not None:
                at = instant(new.time)
                values = (project, channel, new.id, new.title, new.model_dump_json(), "waiting", 0, at, at, None)
                db.execute("INSERT INTO messages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def waiting(self, project: str, channel: str) -> Kept | None:
        """The message that is not delivered yet."""
        return next(self._kept("AND state = 'waiting' ORDER BY place", project, channel), None)

    def newest(self, project: str, channel: str, most: int = 20) -> list[Kept]:
        """The newest messages, the newest first."""
        return list(self._kept(f"ORDER BY place DESC LIMIT {most}", project, channel))

    def given_up(self, project: str, channel: str) -> int:
        """How many messages were never taken, of those that are remembered."""
        return len(list(self._kept("AND state = 'given up'", project, channel)))

    def note(self, kept: Kept, now: datetime, error: str | None) -> None:
        """Note an attempt: delivered, or why not and when again."""
        attempts = kept.attempts + 1
        state = "delivered" if error is None else "given up" if now - kept.made >= PATIENCE else "waiting"
        again = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts - 1, 12))
        with transaction(self.db) as db:
            db.execute(
                "UPDATE messages SET state = ?, attempts = ?, next = ?, error = ? WHERE place = ?",
                (state, attempts, instant(now if error is None else again), error, kept.place),
            )
            db.execute(
                "DELETE FROM messages WHERE (project, channel) = (?1, ?2) AND state <> 'waiting' AND place <="
                " (SELECT max(place) FROM messages WHERE (project, channel) = (?1, ?2)) - ?3",
                (kept.notification.project, kept.notification.channel, KEPT),
            )

    def forget_all_but(self, there: Iterable[tuple[str, str, int]]) -> None:
        """Drop what belongs to channels that are no more, or that are others under the same name."""
        known = set(there)
        rows = self.db.conn.execute("SELECT project, channel, made FROM progress").fetchall()
        for project, channel, made in rows:
            if (project, channel, made) not in known:
                with transaction(self.db) as db:
                    for table in ("messages", "progress"):
                        key = (project, channel)
                        db.execute(f"DELETE FROM {table} WHERE (project, channel) = (?, ?)", key)  # noqa: S608  # ours

    def _kept(self, which: str, project: str, channel: str) -> Iterator[Kept]:
        query = (
            "SELECT place, body, state, attempts, made, next, error FROM messages"  # noqa: S608  # `which` is ours
            f" WHERE (project, channel) = (?, ?) {which}"
        )
        for row in self.db.conn.execute(query, (project, channel)).fetchall():
            yield Kept(
                row[0], Notification.model_validate_json(row[1]), row[2], row[3],
                datetime.fromisoformat(row[4]), datetime.fromisoformat(row[5]), row[6],
            )  # fmt: skip


def reading(home: Path) -> "closing[Outbox]":
    """The outbox, for a report."""
    return closing(Outbox(home))


def _told(text: str) -> Iterable[Told]:
    for line in text.splitlines():
        last, _, event = line.partition(" ")
        yield Told(Event.model_validate_json(event), datetime.fromisoformat(last).astimezone(UTC))
