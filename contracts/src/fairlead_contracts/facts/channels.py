"""Facts about notification channels. Secrets are references on the ledger, never what they stand for."""

from fairlead_contracts.channels import Channel
from fairlead_contracts.facts import Fact
from fairlead_contracts.names import Name


class ChannelSet(Fact):
    """A channel was made, or another took its place."""

    type, kind = "channel_set", "channel"
    project: Name
    channel: Channel


class ChannelRemoved(Fact):
    """Nothing is said through this channel any more."""

    type, kind = "channel_removed", "channel"
    project: Name
    channel: Name
