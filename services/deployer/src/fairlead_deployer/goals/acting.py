"""Between the plan and the ledger: the state is read anew to the ledger's end before a step is taken."""

import structlog
from fairlead_chassis.chassis import Chassis
from fairlead_contracts.operations.reactions import (
    ASK_REACTION,
    ROLL_BACK_DEPLOYMENT,
    SCALE_DEPLOYMENT,
    AskReaction,
    RollBackDeployment,
    ScaleDeployment,
)
from fairlead_contracts.values import now

from fairlead_deployer.goals.react import Ask, Back, Scale, Situation, Step, held, react
from fairlead_deployer.goals.view import Standing
from fairlead_deployer.view import DeployerView, Deployment

log = structlog.get_logger()
_FRESH = 5.0


def situation_of(view: DeployerView, deployment: Deployment) -> Situation:
    """A deployment as the view has it now."""
    key = (deployment.project, deployment.name)
    completed = [each.fact for each in view.revisions(*key) if each.outcome == "completed"]
    return Situation(
        newest=deployment.revision, made=view.goals.made(*key, deployment.revision.revision),
        serves=deployment.serving == deployment.revision.revision, completed=completed,
        blamed=view.goals.blamed(*key), goals=view.goals.standings(*key), asked=view.goals.asked(*key), now=now(),
    )  # fmt: skip


def holding(view: DeployerView, deployment: Deployment) -> Standing | None:
    """The missed goal that keeps this deployment's rollouts waiting."""
    if deployment.deleted or not view.goals.standings(deployment.project, deployment.name):
        return None
    return held(situation_of(view, deployment))


async def react_to_goals(chassis: Chassis, deployment: Deployment) -> bool:
    """Take the next step that a missed goal asks for. True when one was taken.

    Raises: the FairleadError that the ledger or policy answers; the next round starts from scratch.
    """
    view: DeployerView = chassis.part
    key = (deployment.project, deployment.name)
    if deployment.deleted or not view.goals.standings(*key) or react(situation_of(view, deployment)) is None:
        return False
    await chassis.view.reach(await chassis.ledger.tail(), _FRESH)
    current = view.deployment(*key)
    step = react(situation_of(view, current)) if current else None
    if current is None or step is None:
        return False
    await _take(chassis, current, step)
    return True


async def _take(chassis: Chassis, deployment: Deployment, step: Step) -> None:
    at = {"project": deployment.project, "deployment": deployment.name}
    newest = deployment.revision.revision
    match step:
        case Back(to, missed):
            reason = f"goal {missed.goal.name} was missed on revision {newest}"
            back = RollBackDeployment(**at, to=to, newest=newest, reason=reason)
            await chassis.change(ROLL_BACK_DEPLOYMENT, back, cause=missed.alert)
        case Ask(to, missed):
            ask = AskReaction(**at, goal=missed.goal.name, alert=missed.alert, revision=newest, back_to=to)
            await chassis.change(ASK_REACTION, ask, cause=missed.alert)
        case Scale(replicas, because):
            reason = f"goal {because.goal.name} is {because.status}"
            scale = ScaleDeployment(**at, replicas=replicas, newest=newest, reason=reason)
            await chassis.change(SCALE_DEPLOYMENT, scale, cause=because.alert or None)
    log.info("a goal is reacted to", deployment=deployment.name, step=type(step).__name__)
