"""What the deployer does for a missed goal: going back, scaling, asking; each of them anybody's operation too."""

from typing import Literal

from pydantic import Field

from fairlead_contracts.facts.deployer import RevisionCreated
from fairlead_contracts.facts.reactions import ReactionAsked, ReactionDecided
from fairlead_contracts.names import Name, Number
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.values import Message

SERVICE = "deployer"


class RollBackDeployment(Message):
    """Go back to a revision that served well: a new revision with its versions, fixed, and the replicas of now.

    Without `to`, to the newest one before it that served with another champion. An alias is no longer followed then.
    """

    project: Name
    deployment: Name
    to: Number | None = None
    newest: Number | None = Field(default=None, description="Only while this is the newest revision.")
    reason: str = Field(default="", max_length=2000)


class ScaleDeployment(Message):
    """Change the number of replicas: a new revision of the same versions."""

    project: Name
    deployment: Name
    replicas: int = Field(ge=0, le=100)
    newest: Number | None = Field(default=None, description="Only while this is the newest revision.")
    reason: str = Field(default="", max_length=2000)


class AskReaction(Message):
    """Ask the people who may decide whether to go back."""

    project: Name
    deployment: Name
    goal: Name
    alert: int = Field(ge=1)
    revision: Number
    back_to: Number


class DecideReaction(Message):
    """Agree to what the deployer would do for a missed goal, or decline."""

    project: Name
    deployment: Name
    goal: Name
    approved: bool
    comment: str = Field(default="", max_length=2000)


class ListReactions(Message):
    """Show what the deployer does, or would do, for each missed goal of a deployment."""

    project: Name
    deployment: Name


class ReactionView(Message):
    """A missed goal and what comes of it."""

    goal: str
    action: str
    status: str
    state: Literal["none", "done", "holding", "asked", "approved", "declined", "impossible", "waiting"]
    detail: str


class ReactionList(Message):
    """Reactions by goal."""

    items: tuple[ReactionView, ...]


_DEPLOYMENT = "/api/v1/projects/{project}/deployments/{deployment}"
_ON, _AGGREGATE, _REACTION = "deployment:{deployment}", "deployment/{deployment}", "reaction/{deployment}"

ROLL_BACK_DEPLOYMENT = Operation(
    "roll_back_deployment", "deployment:roll-back", SERVICE, Kind.CHANGE, RollBackDeployment, Accepted[RevisionCreated],
    "POST", _DEPLOYMENT + "/rollback", _ON, _AGGREGATE, (RevisionCreated,),
)  # fmt: skip
SCALE_DEPLOYMENT = Operation(
    "scale_deployment", "deployment:scale", SERVICE, Kind.CHANGE, ScaleDeployment, Accepted[RevisionCreated],
    "POST", _DEPLOYMENT + "/scale", _ON, _AGGREGATE, (RevisionCreated,),
)  # fmt: skip
ASK_REACTION = Operation(
    "ask_reaction", "reaction:ask", SERVICE, Kind.CHANGE, AskReaction, Accepted[ReactionAsked],
    "POST", _DEPLOYMENT + "/reactions", _ON, _REACTION, (ReactionAsked,),
)  # fmt: skip
DECIDE_REACTION = Operation(
    "decide_reaction", "reaction:decide", SERVICE, Kind.CHANGE, DecideReaction, Accepted[ReactionDecided],
    "POST", _DEPLOYMENT + "/reactions/{goal}", _ON, _REACTION, (ReactionDecided,),
)  # fmt: skip
LIST_REACTIONS = Operation(
    "list_reactions", "reaction:list", SERVICE, Kind.READ, ListReactions, ReactionList,
    "GET", _DEPLOYMENT + "/reactions", _ON,
)  # fmt: skip

OPERATIONS = (ROLL_BACK_DEPLOYMENT, SCALE_DEPLOYMENT, ASK_REACTION, DECIDE_REACTION, LIST_REACTIONS)
