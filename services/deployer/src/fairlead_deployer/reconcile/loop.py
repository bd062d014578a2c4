"""The loop: look, plan, take the steps, look again. Any step may be repeated; a crash between two is harmless."""

import structlog
from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import FairleadError, NotFoundError, RefusedError
from fairlead_contracts.facts.deployer import VersionRef
from fairlead_contracts.operations.deployer import ADVANCE_DEPLOYMENT, AdvanceDeployment

from fairlead_deployer.goals.acting import holding, react_to_goals
from fairlead_deployer.reconcile.actor import Actor
from fairlead_deployer.reconcile.lease import held
from fairlead_deployer.reconcile.plan import Desired, plan
from fairlead_deployer.targets import Observed
from fairlead_deployer.view import DeployerView, Deployment

log = structlog.get_logger()
BUSY, IDLE = 0.1, 1.0


async def reconcile(chassis: Chassis) -> None:
    """Reconcile every deployment until cancelled, while this deployer is the one that acts."""
    async with held(chassis.home / "replicas" / ".lock"):
        actor = Actor(chassis, chassis.own)
        while True:
            changed = await _round(chassis, actor)
            await chassis.view.changed(BUSY if changed else IDLE)


async def _round(chassis: Chassis, actor: Actor) -> bool:
    view: DeployerView = chassis.part
    observed = await actor.targets.observe()
    changed = False
    for deployment in view.deployments():
        try:
            await _follow_aliases(chassis, deployment)
            changed |= await react_to_goals(chassis, deployment)
            changed |= await _one(view, deployment, observed, actor)
        except FairleadError as error:
            log.warning("a deployment waits", deployment=deployment.name, reason=error.detail)
    return changed


async def _one(view: DeployerView, deployment: Deployment, observed: Observed, actor: Actor) -> bool:
    desired = _desired(view, deployment)
    if not observed.silent.isdisjoint(_targets(desired)):
        return False  # what does not answer may well serve: no route is withdrawn on a guess
    mine = [
        each for each in observed.replicas
        if (each.plan.project, each.plan.deployment) == (deployment.project, deployment.name)
    ]  # fmt: skip
    certified = frozenset(
        (each.plan.replica, each.epoch) for each in mine if each.epoch and view.certified(each.plan.replica, each.epoch)
    )
    steps = plan(desired, mine, certified)
    return await actor.take(deployment, steps)


def _targets(desired: Desired) -> set[str]:
    revisions = (desired.newest, desired.serving)
    return {each.spec.target for each in revisions if each is not None}


def _desired(view: DeployerView, deployment: Deployment) -> Desired:
    serving = deployment.serving
    return Desired(
        project=deployment.project,
        deployment=deployment.name,
        newest=deployment.revision,
        serving=None if serving is None else view.revision(deployment.project, deployment.name, serving),
        failed=deployment.failed,
        deleted=deployment.deleted,
        sequence=deployment.sequence,
        held=serving is not None and holding(view, deployment) is not None,
    )


async def _follow_aliases(chassis: Chassis, deployment: Deployment) -> None:
    view: DeployerView = chassis.part
    if deployment.deleted or not _moved(view, deployment) or holding(view, deployment):
        return
    request = AdvanceDeployment(project=deployment.project, deployment=deployment.name)
    try:
        await chassis.change(ADVANCE_DEPLOYMENT, request, cause=chassis.view.applied)
    except (RefusedError, NotFoundError) as error:
        log.info("an alias is not followed", deployment=deployment.name, reason=error.detail)


def _moved(view: DeployerView, deployment: Deployment) -> bool:
    revision = deployment.revision
    pairs: list[tuple[VersionRef, int]] = [(revision.spec.champion, revision.champion.version)]
    pairs += zip(revision.spec.challengers, (each.version for each in revision.challengers), strict=True)
    for ref, version in pairs:
        if ref.alias is None:
            continue
        points_at = view.alias(deployment.project, ref.model, ref.alias)
        if points_at is not None and points_at != version and _approved(view, deployment.project, ref, points_at):
            return True
    return False


def _approved(view: DeployerView, project: str, ref: VersionRef, version: int) -> bool:
    found = view.version(project, ref.model, version)
    return found is not None and found[1]
