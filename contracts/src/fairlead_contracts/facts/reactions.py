"""Facts about what the deployer would do for a missed goal, where a person has to agree first."""

from fairlead_contracts.facts import Fact
from fairlead_contracts.names import Name, Number


class ReactionAsked(Fact):
    """The deployer asks whether to go back. `alert`: the ledger sequence of the change of status that it answers."""

    type, kind = "reaction_asked", "reaction"
    project: Name
    deployment: Name
    goal: Name
    alert: int
    revision: Number
    back_to: Number


class ReactionDecided(Fact):
    """A person agreed, or did not."""

    type, kind = "reaction_decided", "reaction"
    project: Name
    deployment: Name
    goal: Name
    alert: int
    approved: bool
    comment: str = ""
