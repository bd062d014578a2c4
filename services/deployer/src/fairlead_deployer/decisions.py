"""The pure decisions: what may be deployed, and which revision a change makes."""

from typing import Literal, Protocol

from fairlead_chassis.service import Context, Unchanged
from fairlead_contracts.errors import AlreadyExistsError, FieldError, InvalidRequestError, NotFoundError, RefusedError
from fairlead_contracts.facts.deployer import (
    DeploymentDeleted,
    ReplicaCertified,
    ResolvedVersion,
    RevisionCreated,
    RolloutEnded,
    Spec,
    VersionRef,
)
from fairlead_contracts.ledger import ledger_subject
from fairlead_contracts.operations.deployer import (
    AdvanceDeployment,
    CertifyReplica,
    CreateDeployment,
    DeleteDeployment,
    EndRollout,
    UpdateDeployment,
)

from fairlead_deployer.targets import Targets
from fairlead_deployer.view import DeployerView, Deployment


class OfDeployment(Protocol):
    """A request about one deployment."""

    @property
    def project(self) -> str: ...
    @property
    def deployment(self) -> str: ...


def create_deployment(request: CreateDeployment, view: DeployerView, context: Context) -> RevisionCreated:
    """Revision 1, or the next one where a deleted deployment had this name."""
    if view.deployment(request.project, request.deployment) is not None:
        raise AlreadyExistsError(f"Deployment {request.deployment} exists; `fairlead deployment update` changes it.")
    return revision_of(request, request.spec, "created", view, context)


def update_deployment(request: UpdateDeployment, view: DeployerView, context: Context) -> RevisionCreated | Unchanged:
    """The next revision; the same spec on the same versions changes nothing."""
    current = existing(view, request.project, request.deployment)
    reason = request.reason or "updated"
    fact = revision_of(request, request.spec, reason, view, context)
    same = _same(current.revision, fact) and not current.failed
    return Unchanged(current.revision) if same else fact


def advance_deployment(request: AdvanceDeployment, view: DeployerView, context: Context) -> RevisionCreated | Unchanged:
    """The next revision where an alias that the spec follows points elsewhere now."""
    current = existing(view, request.project, request.deployment)
    spec = current.revision.spec
    fact = revision_of(request, spec, "an alias moved", view, context)
    return Unchanged(current.revision) if _same(current.revision, fact) else fact


def end_rollout(request: EndRollout, view: DeployerView, _context: Context) -> RolloutEnded | Unchanged:
    """Record an outcome once."""
    existing(view, request.project, request.deployment)
    outcome: Literal["completed", "failed"] = "completed" if request.completed else "failed"
    fact = RolloutEnded(
        project=request.project, deployment=request.deployment, revision=request.revision,
        outcome=outcome, detail=request.detail,
    )  # fmt: skip
    known = {each.fact.revision: each.outcome for each in view.revisions(request.project, request.deployment)}
    if request.revision not in known:
        raise NotFoundError(f"Deployment {request.deployment} has no revision {request.revision}.")
    return Unchanged(fact) if known[request.revision] == outcome else fact


def delete_deployment(request: DeleteDeployment, view: DeployerView, _context: Context) -> DeploymentDeleted:
    """End it."""
    existing(view, request.project, request.deployment)
    return DeploymentDeleted(project=request.project, deployment=request.deployment)


def certify_replica(request: CertifyReplica, view: DeployerView, _context: Context) -> ReplicaCertified | Unchanged:
    """Bind a key to what its replica serves, once a start."""
    fact = ReplicaCertified(**request.model_dump())
    return Unchanged(fact) if view.certified(request.replica, request.epoch) else fact


def existing(view: DeployerView, project: str, name: str) -> Deployment:
    """A deployment that is there. Raises: NotFoundError."""
    found = view.deployment(project, name)
    if found is None:
        raise NotFoundError(f"No deployment {name} in project {project}; `fairlead deployment list` shows them.")
    return found


def _same(one: RevisionCreated, other: RevisionCreated) -> bool:
    return (one.spec, one.champion, one.challengers) == (other.spec, other.champion, other.challengers)


def revision_of(
    request: OfDeployment, spec: Spec, reason: str, view: DeployerView, context: Context
) -> RevisionCreated:
    """The next revision, with this spec. Raises: InvalidRequestError, NotFoundError, RefusedError."""
    project, name = request.project, request.deployment
    _require_target(spec.target, context.chassis.own)
    champion, approved = _resolved(project, spec.champion, "/spec/champion", view, context)
    if not approved:
        raise RefusedError(
            f"Version {champion.version} of {champion.model} is not approved: someone with version:approve, and not its"
            f" author, approves it with `fairlead version approve '{champion.model}' {champion.version}`."
        )
    challengers = tuple(
        _resolved(project, each, f"/spec/challengers/{place}", view, context)[0]
        for place, each in enumerate(spec.challengers)
    )
    return RevisionCreated(
        project=project, deployment=name, revision=view.last_revision(project, name) + 1, spec=spec,
        champion=champion, challengers=challengers, reason=reason,
    )  # fmt: skip


def _require_target(name: str, installed: Targets) -> None:
    if name not in installed.names:
        detail = f"no target {name} is installed; there is {', '.join(installed.names)}"
        raise InvalidRequestError(f"/spec/target: {detail}.", [FieldError(pointer="/spec/target", detail=detail)])


def _resolved(
    project: str, ref: VersionRef, pointer: str, view: DeployerView, context: Context
) -> tuple[ResolvedVersion, bool]:
    if (ref.alias is None) == (ref.version is None):
        place = FieldError(pointer=pointer, detail="name either an alias or a version")
        raise InvalidRequestError(f"{pointer}: name either an alias or a version.", [place])
    number = ref.version
    if ref.alias is not None:
        number = view.alias(project, ref.model, ref.alias)
        if number is None:
            raise NotFoundError(f"Model {ref.model} has no alias {ref.alias} in project {project}.")
    found = view.version(project, ref.model, number or 0)
    if found is None:
        raise NotFoundError(f"Model {ref.model} has no version {number} in project {project}.")
    context.rely_on(ledger_subject("model", project, ref.model))
    return found
