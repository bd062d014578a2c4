"""Facts of the installation itself: what its operator vouches for."""

from fairlead_contracts.facts import Fact


class SyncAssumed(Fact):
    """From here on the operator vouches that nats-server syncs every write, or does so no longer.

    What is acknowledged while `assumed` holds rests on the operator's word, where nats-server itself does not show it.
    """

    type, kind = "sync_assumed", "installation"
    assumed: bool
