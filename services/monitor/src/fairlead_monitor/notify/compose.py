"""The next message to a channel, from what is new and what was told: pure, so a crash between two steps is harmless."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fairlead_contracts.channels import Channel, QuietHours
from fairlead_contracts.notifiers import Event, Notification, Severity

SEVERITY: dict[Severity, int] = {"info": 0, "warning": 1, "critical": 2}
MOST = 50
OLD = timedelta(days=1)
"""What is older than this when a channel first hears of it is told only while it is unresolved."""


@dataclass(frozen=True)
class Told:
    """A trouble that a channel was told of and that is not resolved: its newest event, and when it was last said."""

    event: Event
    last: datetime


@dataclass(frozen=True)
class Composed:
    """What to say now, where the ledger was read to, and which troubles are told and unresolved after it."""

    events: tuple[Event, ...]
    reminder: bool
    cursor: int
    told: tuple[Told, ...]


def compose(
    channel: Channel, cursor: int, new: Sequence[Event], told: Sequence[Told], now: datetime
) -> Composed | None:  # fmt: skip
    """What the channel is to be told at this moment, if anything.

    `new`: what came after `cursor`, in order. Nothing to say but something to pass over: events are empty.
    """
    wanted = _wanted(channel, new, told, now)
    if not wanted:
        reminded = _reminded(channel, told, now)
        if reminded and not _waits(channel, reminded, now):
            return Composed(tuple(reminded), True, cursor, tuple(Told(each, now) for each in reminded))
        return Composed((), False, new[-1].sequence, _after(told, new, (), now)) if new else None
    if now < wanted[0].time + timedelta(seconds=channel.group_seconds) or _waits(channel, wanted, now):
        return None
    return Composed(tuple(wanted), False, new[-1].sequence, _after(told, new, wanted, now))


def _wanted(channel: Channel, new: Sequence[Event], told: Sequence[Told], now: datetime) -> list[Event]:
    known = {_key(each.event) for each in told}
    newest = {_key(event): event for event in new}
    wanted = []
    for event in new:
        if channel.deployments and event.deployment not in channel.deployments:
            continue
        if event.status == "resolved":
            if _key(event) in known:
                known.discard(_key(event))
                wanted += [event] if channel.resolved else []
            continue
        unresolved = event.status == "open" and newest[_key(event)] is event
        if SEVERITY[event.severity] >= SEVERITY[channel.min_severity] or _key(event) in known:
            if now - event.time < OLD or unresolved:
                wanted.append(event)
                known |= {_key(event)} if event.status == "open" else set()
    return wanted


def _reminded(channel: Channel, told: Sequence[Told], now: datetime) -> list[Event]:
    if not channel.resend_minutes:
        return []
    patience = timedelta(minutes=channel.resend_minutes)
    due = any(now - each.last >= patience for each in told)
    return [each.event for each in told] if due else []


def _after(told: Sequence[Told], new: Sequence[Event], said: Sequence[Event], now: datetime) -> tuple[Told, ...]:
    standing = {_key(each.event): each for each in told}
    for event in new:
        if event.status == "resolved":
            standing.pop(_key(event), None)
        elif event.status == "open" and event in said:
            standing[_key(event)] = Told(event, now)
    return tuple(standing.values())


def _key(event: Event) -> tuple[str, str]:
    return event.deployment, event.incident


def _waits(channel: Channel, events: Sequence[Event], now: datetime) -> bool:
    quiet = channel.quiet
    if quiet is None or not is_quiet(quiet, now):
        return False
    return quiet.critical_too or all(each.severity != "critical" for each in events)


def is_quiet(quiet: QuietHours, now: datetime) -> bool:
    """Whether it is within the quiet hours, by the clocks of their zone."""
    clock = now.astimezone(ZoneInfo(quiet.zone)).strftime("%H:%M")
    if quiet.start <= quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end


def message(project: str, channel: Channel, composed: Composed, now: datetime, public_url: str | None) -> Notification:
    """The message, with an id that is the same whenever the same is said to the same channel."""
    events = composed.events
    severity = max((each.severity for each in events), key=SEVERITY.__getitem__)
    parts = [project, channel.name, *(f"{each.sequence}/{each.incident}" for each in events)]
    parts += [now.isoformat()] if composed.reminder else []
    one = len({each.deployment for each in events}) == 1
    place = f"/{events[0].deployment}" if one else ""
    return Notification(
        id="msg_" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32],
        project=project, channel=channel.name, severity=severity, title=_title(composed), detail=_detail(composed),
        time=now, link=f"{public_url.rstrip('/')}/console/p/{project}{place}" if public_url else None,
        reminder=composed.reminder, events=events[:MOST], left_out=max(0, len(events) - MOST),
    )  # fmt: skip


def _title(composed: Composed) -> str:
    events = composed.events
    resolved = sum(each.status == "resolved" for each in events)
    mark = "Resolved: " if resolved == len(events) else "Still: " if composed.reminder else ""
    if len(events) == 1:
        return mark + events[0].title
    deployments = sorted({each.deployment for each in events})
    where = deployments[0] if len(deployments) == 1 else f"{len(deployments)} deployments"
    return f"{mark}{len(events)} {'unresolved' if composed.reminder else 'changes'} on {where}"


def _detail(composed: Composed) -> str:
    if len(composed.events) == 1:
        return composed.events[0].detail
    lines = [f"- {each.title}" + (f": {each.detail}" if each.detail else "") for each in composed.events[:MOST]]
    more = len(composed.events) - MOST
    return "\n".join([*lines, *([f"- and {more} more"] if more > 0 else [])])
