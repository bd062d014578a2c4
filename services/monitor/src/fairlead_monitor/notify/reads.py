"""What the monitor shows of channels, and the test message."""

from typing import Literal

from fairlead_chassis.service import Context
from fairlead_contracts.errors import UnavailableError
from fairlead_contracts.names import uuid7
from fairlead_contracts.notifiers import Event, Notification
from fairlead_contracts.operations.channels import (
    ChannelDetail,
    ChannelList,
    ChannelTested,
    ChannelView,
    Delivery,
    GetChannel,
    ListChannels,
    TryChannel,
)

from fairlead_monitor.notify.decisions import existing
from fairlead_monitor.notify.notifying import deliver
from fairlead_monitor.notify.store import Kept, Outbox, reading
from fairlead_monitor.notify.view import Made
from fairlead_monitor.view import MonitorView


def list_channels(request: ListChannels, view: MonitorView, context: Context) -> ChannelList:
    """The channels of a project."""
    with reading(context.chassis.home) as outbox:
        return ChannelList(items=tuple(_shown(each, outbox) for each in view.notices.channels(request.project)))


def get_channel(request: GetChannel, view: MonitorView, context: Context) -> ChannelDetail:
    """One channel."""
    made = existing(view, request.project, request.name)
    with reading(context.chassis.home) as outbox:
        deliveries = tuple(_delivery(each) for each in outbox.newest(made.project, made.channel.name))
        return ChannelDetail(**dict(_shown(made, outbox)), deliveries=deliveries)


async def try_channel(request: TryChannel, view: MonitorView, context: Context) -> ChannelTested:
    """Send a test message and wait for what comes of it."""
    made = existing(view, request.project, request.name)
    title = f"A test of channel {request.name}"
    detail = f"{context.principal} sent this to see whether it arrives. Nothing is wrong."
    event = Event(
        sequence=0, kind="test", incident="test", deployment="", status="told", severity="info", title=title,
        detail=detail, time=context.time,
    )  # fmt: skip
    notification = Notification(
        id=f"msg_{uuid7()}", project=request.project, channel=request.name, severity="info", title=title,
        detail=detail, time=context.time, link=context.chassis.settings.public_url, events=(event,),
    )  # fmt: skip
    error = await deliver(context.chassis, made, notification)
    if error is not None:
        raise UnavailableError(f"Channel {request.name} did not deliver: {error}")
    return ChannelTested(id=notification.id)


def _shown(made: Made, outbox: Outbox) -> ChannelView:
    newest = outbox.newest(made.project, made.channel.name)
    tried = next((each for each in newest if each.attempts), None)
    state: Literal["idle", "working", "failing"] = "idle"
    if tried is not None:
        state = "working" if tried.state == "delivered" else "failing"
    delivered = next((each.next for each in newest if each.state == "delivered"), None)
    return ChannelView(
        channel=made.channel, actor=made.actor, state=state,
        waiting=sum(each.state == "waiting" for each in newest),
        given_up=outbox.given_up(made.project, made.channel.name), delivered=delivered,
        error=tried.error if tried else None,
    )  # fmt: skip


def _delivery(kept: Kept) -> Delivery:
    return Delivery(
        id=kept.notification.id, title=kept.notification.title, state=kept.state, attempts=kept.attempts,
        made=kept.made, next=kept.next if kept.state == "waiting" else None, error=kept.error,
    )  # fmt: skip
