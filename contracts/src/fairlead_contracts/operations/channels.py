"""Notification channels: made, tried, and how their deliveries go."""

from typing import Literal

from fairlead_contracts.channels import Channel, DeliveryState
from fairlead_contracts.facts.channels import ChannelRemoved, ChannelSet
from fairlead_contracts.names import Name
from fairlead_contracts.operations import REPORT_PATIENCE, Accepted, Kind, Operation
from fairlead_contracts.values import Instant, Message

SERVICE = "monitor"


class SetChannel(Channel):
    """Make a notification channel, or put another in the place of the one of this name.

    A secret is named, not given: `file:hook-key` is the file `secrets/PROJECT/hook-key` in the data directory, and
    `env:hook-key` the monitor's variable `FAIRLEAD_SECRET__PROJECT__HOOK_KEY`.
    """

    project: Name


class RemoveChannel(Message):
    """Remove a notification channel; what waits to be delivered through it is dropped."""

    project: Name
    name: Name


class ListChannels(Message):
    """List notification channels, with how their deliveries go."""

    project: Name


class GetChannel(Message):
    """Show a notification channel, with its newest deliveries."""

    project: Name
    name: Name


class TryChannel(Message):
    """Send a test message through a channel now, and say whether it was taken."""

    project: Name
    name: Name


class ChannelView(Message):
    """A channel. `state`: whether its newest attempt was taken; `waiting`: messages that are not delivered yet."""

    channel: Channel
    actor: str
    state: Literal["idle", "working", "failing"]
    waiting: int
    given_up: int
    delivered: Instant | None = None
    error: str | None = None


class ChannelList(Message):
    """Channels by name."""

    items: tuple[ChannelView, ...]


class Delivery(Message):
    """One message: what it said, how often it was tried, when it is tried next, and why it was not taken."""

    id: str
    title: str
    state: DeliveryState
    attempts: int
    made: Instant
    next: Instant | None = None
    error: str | None = None


class ChannelDetail(ChannelView):
    """A channel with its newest deliveries, the newest first."""

    deliveries: tuple[Delivery, ...]


class ChannelTested(Message):
    """A test message was taken by whoever the channel leads to."""

    id: str


_CHANNELS = "/api/v1/projects/{project}/channels"
_ONE, _ON, _AGGREGATE = _CHANNELS + "/{name}", "channel:{name}", "channel/{name}"

SET_CHANNEL = Operation(
    "set_channel", "channel:set", SERVICE, Kind.CHANGE, SetChannel, Accepted[ChannelSet],
    "PUT", _ONE, _ON, _AGGREGATE, (ChannelSet,),
)  # fmt: skip
REMOVE_CHANNEL = Operation(
    "remove_channel", "channel:remove", SERVICE, Kind.CHANGE, RemoveChannel, Accepted[ChannelRemoved],
    "DELETE", _ONE, _ON, _AGGREGATE, (ChannelRemoved,), body="none",
)  # fmt: skip
LIST_CHANNELS = Operation(
    "list_channels", "channel:list", SERVICE, Kind.READ, ListChannels, ChannelList, "GET", _CHANNELS, "channel:*",
    observed=True,
)  # fmt: skip
GET_CHANNEL = Operation(
    "get_channel", "channel:get", SERVICE, Kind.READ, GetChannel, ChannelDetail, "GET", _ONE, _ON, observed=True,
)  # fmt: skip
TRY_CHANNEL = Operation(
    "try_channel", "channel:test", SERVICE, Kind.TELEMETRY, TryChannel, ChannelTested,
    "POST", _ONE + "/test", _ON, body="none", patience=REPORT_PATIENCE,
)  # fmt: skip

OPERATIONS = (SET_CHANNEL, REMOVE_CHANNEL, LIST_CHANNELS, GET_CHANNEL, TRY_CHANNEL)
