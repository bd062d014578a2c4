"""What the deployer shows: desired state from the view, what runs from the targets."""

from collections.abc import Iterable, Sequence

from fairlead_chassis.service import Context
from fairlead_contracts.operations.deployer import (
    DeploymentList,
    DeploymentView,
    GetDeployment,
    ListDeployments,
    ReplicaView,
    RevisionView,
)
from fairlead_contracts.targets import ObservedReplica

from fairlead_deployer.decisions import existing
from fairlead_deployer.targets import Targets
from fairlead_deployer.view import DeployerView, Deployment


async def get_deployment(request: GetDeployment, view: DeployerView, context: Context) -> DeploymentView:
    """One deployment."""
    deployment = existing(view, request.project, request.deployment)
    return _shown(deployment, view, await _observed(context))


async def list_deployments(request: ListDeployments, view: DeployerView, context: Context) -> DeploymentList:
    """All deployments of a project."""
    observed = await _observed(context)
    return DeploymentList(items=tuple(_shown(each, view, observed) for each in view.deployments(request.project)))


async def _observed(context: Context) -> list[ObservedReplica]:
    targets: Targets = context.chassis.own
    return (await targets.observe()).replicas


def _shown(deployment: Deployment, view: DeployerView, observed: Sequence[ObservedReplica]) -> DeploymentView:
    mine = [
        each for each in observed if (each.plan.project, each.plan.deployment) == (deployment.project, deployment.name)
    ]
    return DeploymentView(
        project=deployment.project,
        deployment=deployment.name,
        phase=_phase(deployment, mine),
        serving=deployment.serving,
        revisions=tuple(
            RevisionView(
                revision=each.fact.revision, spec=each.fact.spec, champion=each.fact.champion,
                challengers=each.fact.challengers, actor=each.actor, created=each.created,  # type: ignore[arg-type]  # pydantic reads the text
                reason=each.fact.reason, outcome=each.outcome, detail=each.detail,
            )
            for each in view.revisions(deployment.project, deployment.name)
        ),
        replicas=tuple(_replica(each) for each in sorted(mine, key=lambda one: one.plan.replica)),
    )  # fmt: skip


def _phase(deployment: Deployment, observed: Iterable[ObservedReplica]) -> str:
    newest = deployment.revision.revision
    if deployment.serving != newest:
        return "failed" if deployment.failed else "progressing"
    ready = sum(1 for each in observed if _answers(each, newest))
    return "ready" if ready >= deployment.revision.spec.replicas else "degraded"


def _answers(replica: ObservedReplica, revision: int) -> bool:
    wanted = ("ready", True, "champion", revision)
    return (replica.phase, replica.healthy, replica.plan.role, replica.plan.revision) == wanted


def _replica(each: ObservedReplica) -> ReplicaView:
    return ReplicaView(
        replica=each.plan.replica, role=each.plan.role, phase=each.phase, revision=each.plan.revision,
        version=each.plan.version, address=each.address, pid=each.pid, started=each.started, detail=each.detail,
    )  # fmt: skip
