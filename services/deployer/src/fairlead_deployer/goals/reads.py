"""What the deployer does, or would do, for each missed goal."""

from typing import Literal

from fairlead_chassis.service import Context
from fairlead_contracts.operations.reactions import ListReactions, ReactionList, ReactionView

from fairlead_deployer.decisions import existing
from fairlead_deployer.goals.acting import situation_of
from fairlead_deployer.goals.react import Situation, held, last_good
from fairlead_deployer.goals.view import Standing
from fairlead_deployer.view import DeployerView

State = Literal["none", "done", "holding", "asked", "approved", "declined", "impossible", "waiting"]


def list_reactions(request: ListReactions, view: DeployerView, _context: Context) -> ReactionList:
    """Every goal that does more than notify."""
    situation = situation_of(view, existing(view, request.project, request.deployment))
    acting = [each for each in situation.goals if each.goal.action != "notify"]
    return ReactionList(items=tuple(_shown(each, situation) for each in acting))


def _shown(each: Standing, situation: Situation) -> ReactionView:
    state, detail = _state(each, situation)
    return ReactionView(
        goal=each.goal.name, action=each.goal.action, status=each.status, state=state, detail=detail
    )  # fmt: skip


def _state(each: Standing, situation: Situation) -> tuple[State, str]:
    if each.status != "failing":
        return "none", "the goal is not missed"
    if each.goal.action == "hold":
        held_by = held(situation)
        return ("holding", "rollouts and alias moves wait") if held_by else ("none", "a newer revision rolls out")
    if each.goal.action == "scale":
        return "waiting", f"{situation.newest.spec.replicas} replicas of revision {situation.newest.revision}"
    if each.revision != situation.newest.revision:
        return "done", f"revision {each.revision} missed it; {situation.newest.revision} came since"
    to, asked = last_good(situation), situation.asked.get(each.goal.name)
    if to is None:
        return "impossible", "no earlier revision served with another champion that met its goals"
    if each.goal.action == "roll-back" or asked is None or asked.alert != each.alert:
        return "waiting", f"back to revision {to}"
    told: State = "asked" if asked.approved is None else "approved" if asked.approved else "declined"
    return told, f"back to revision {asked.back_to}"
