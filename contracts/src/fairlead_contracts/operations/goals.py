"""Goals: objectives on a deployment, how they stand, and what happens when they are missed."""

from pydantic import Field

from fairlead_contracts.facts.goals import GoalJudged, GoalRemoved, GoalSet
from fairlead_contracts.names import Name, Number
from fairlead_contracts.objectives import Goal, Status
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.values import Decimal, Instant, Message

SERVICE = "monitor"


class SetGoal(Message):
    """Declare a goal on a deployment, or put another in the place of the one of this name."""

    project: Name
    deployment: Name
    goal: Goal


class RemoveGoal(Message):
    """Remove a goal; what it did stays done."""

    project: Name
    deployment: Name
    name: Name


class GetGoal(Message):
    """Show a goal: how it stands by the ledger, and what a look at this moment says."""

    project: Name
    deployment: Name
    name: Name


class ListGoals(Message):
    """List the goals of a deployment with their status."""

    project: Name
    deployment: Name


class Look(Message):
    """What a goal's measurements say now. A status changes only once that has lasted, see the goal."""

    status: Status
    reason: str
    value: float | None = None


class GoalView(Message):
    """A goal and how it stands. `since`: when the status came to hold; `revision`: what served then."""

    deployment: str
    goal: Goal
    actor: str
    declared: int
    status: Status
    since: Instant
    reason: str
    value: float | None = None
    revision: int | None = None
    now: Look


class GoalList(Message):
    """Goals by name."""

    items: tuple[GoalView, ...]


class JudgeGoal(Message):
    """Record that a goal's status changed; what was recorded in the meantime stands."""

    project: Name
    deployment: Name
    goal: Name
    declared: int = Field(ge=1)
    before: Status
    status: Status
    reason: str = Field(max_length=1_000)
    value: Decimal | None = None
    revision: Number | None = None


_GOALS = "/api/v1/projects/{project}/deployments/{deployment}/goals"
_ON, _AGGREGATE = "deployment:{deployment}", "goal/{deployment}"

SET_GOAL = Operation(
    "set_goal", "goal:set", SERVICE, Kind.CHANGE, SetGoal, Accepted[GoalSet],
    "PUT", _GOALS, _ON, _AGGREGATE, (GoalSet,),
)  # fmt: skip
REMOVE_GOAL = Operation(
    "remove_goal", "goal:remove", SERVICE, Kind.CHANGE, RemoveGoal, Accepted[GoalRemoved],
    "DELETE", _GOALS + "/{name}", _ON, _AGGREGATE, (GoalRemoved,), body="none",
)  # fmt: skip
GET_GOAL = Operation(
    "get_goal", "goal:get", SERVICE, Kind.READ, GetGoal, GoalView, "GET", _GOALS + "/{name}", _ON,
)  # fmt: skip
LIST_GOALS = Operation(
    "list_goals", "goal:list", SERVICE, Kind.READ, ListGoals, GoalList, "GET", _GOALS, _ON,
)  # fmt: skip
JUDGE_GOAL = Operation(
    "judge_goal", "goal:judge", SERVICE, Kind.CHANGE, JudgeGoal, Accepted[GoalJudged],
    "POST", _GOALS + "/{goal}/status", _ON, "alert/{deployment}", (GoalJudged,),
)  # fmt: skip

OPERATIONS = (SET_GOAL, REMOVE_GOAL, GET_GOAL, LIST_GOALS, JUDGE_GOAL)
