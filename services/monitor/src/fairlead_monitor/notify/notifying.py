"""The sender: for each channel one message at a time, composed, kept, sent until it is taken."""

import asyncio
import fcntl
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import IO

import structlog
from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import FairleadError, UnavailableError
from fairlead_contracts.notifiers import Notification, Notifier
from fairlead_contracts.values import now
from prometheus_client import Counter

from fairlead_monitor.notify.compose import compose, message
from fairlead_monitor.notify.references import resolved
from fairlead_monitor.notify.store import Outbox, Progress
from fairlead_monitor.notify.view import Made, NoticesView

log = structlog.get_logger()
PAUSE, EVERY = 0.5, 2.0
SENT = Counter("fairlead_notifications", "Attempts to deliver a notification", ["notifier", "outcome"])


async def notify(chassis: Chassis) -> None:
    """Tell every channel what it is to be told, until cancelled. Of several monitors on one home, one does."""
    lock = await _alone(chassis.home)
    sender = Sender(chassis)
    try:
        while True:
            await sender.round(now())
            await asyncio.sleep(PAUSE)
            await chassis.view.changed(EVERY)
    finally:
        sender.outbox.close()
        lock.close()


async def _alone(home: Path) -> IO[bytes]:
    (home / "monitor").mkdir(parents=True, exist_ok=True)
    file = (home / "monitor" / "notifications.lock").open("ab")
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(EVERY)
        else:
            return file


class Sender:
    """Rounds over the channels; everything that it remembers is in the outbox."""

    def __init__(self, chassis: Chassis) -> None:
        self._chassis = chassis
        self.outbox = Outbox(chassis.home)
        self._busy: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def round(self, moment: datetime) -> None:
        """Compose what is due, and start sending it. A channel that is slow keeps no other waiting."""
        channels = self._view.channels()
        self.outbox.forget_all_but((each.project, each.channel.name, each.made) for each in channels)
        for made in channels:
            key = (made.project, made.channel.name)
            if key in self._busy and not self._busy[key].done():
                continue
            self._compose(made, moment)
            self._busy[key] = asyncio.create_task(self._send(made, moment))
        await asyncio.sleep(0)

    async def settled(self) -> None:
        """Wait until every attempt that was started is noted."""
        await asyncio.gather(*self._busy.values())

    def _compose(self, made: Made, moment: datetime) -> None:
        channel = made.channel
        if self.outbox.waiting(made.project, channel.name) is not None:
            return
        progress = self.outbox.progress(made.project, channel.name) or Progress(made.made, made.made)
        new = self._view.notices(made.project, progress.cursor)
        composed = compose(channel, progress.cursor, new, progress.told, moment)
        if composed is None:
            return
        following = Progress(made.made, composed.cursor, composed.told)
        url = self._chassis.settings.public_url
        said = message(made.project, channel, composed, moment, url) if composed.events else None
        self.outbox.advance(made.project, channel.name, following, said)

    async def _send(self, made: Made, moment: datetime) -> None:
        kept = self.outbox.waiting(made.project, made.channel.name)
        if kept is None or kept.next > moment:
            return
        error = await deliver(self._chassis, made, kept.notification)
        self.outbox.note(kept, moment, error)

    @property
    def _view(self) -> NoticesView:
        view: NoticesView = self._chassis.part.notices
        return view


async def deliver(chassis: Chassis, made: Made, notification: Notification) -> str | None:
    """Send once. None when it was taken, else why not, in words that hold no secret."""
    channel = made.channel
    notifiers: Mapping[str, Notifier] = chassis.own.notifiers
    try:
        notifier = notifiers.get(channel.notifier)
        if notifier is None:
            raise UnavailableError(f"Notifier {channel.notifier} is not installed here.")
        settings = {**channel.settings, **resolved(channel.secrets, made.project, chassis.home)}
        await asyncio.to_thread(notifier.send, notification, settings)
    except FairleadError as problem:
        error = problem.detail[:500]
    except Exception as problem:  # a plugin's own fault must not stop the others, nor show a secret
        error = f"The notifier {channel.notifier} failed ({type(problem).__name__})."
    else:
        SENT.labels(channel.notifier, "delivered").inc()
        return None
    SENT.labels(channel.notifier, "failed").inc()
    log.warning("a notification was not taken", channel=channel.name, project=made.project, reason=error)
    return error
