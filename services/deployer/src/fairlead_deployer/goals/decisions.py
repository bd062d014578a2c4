"""The pure decisions: going back, scaling, and what people are asked. What is no longer so changes nothing."""

from fairlead_chassis.service import Context, Unchanged
from fairlead_contracts.errors import NotFoundError, RefusedError
from fairlead_contracts.facts.deployer import ResolvedVersion, RevisionCreated, VersionRef
from fairlead_contracts.facts.reactions import ReactionAsked, ReactionDecided
from fairlead_contracts.ledger import ledger_subject
from fairlead_contracts.operations.reactions import AskReaction, DecideReaction, RollBackDeployment, ScaleDeployment

from fairlead_deployer.decisions import existing, revision_of
from fairlead_deployer.goals.acting import situation_of
from fairlead_deployer.goals.react import last_good
from fairlead_deployer.view import DeployerView


def roll_back_deployment(
    request: RollBackDeployment, view: DeployerView, context: Context
) -> RevisionCreated | Unchanged:
    """A new revision with the versions of an earlier one that served."""
    current = existing(view, request.project, request.deployment)
    if request.newest not in (None, current.revision.revision):
        return Unchanged(current.revision)
    context.rely_on(ledger_subject("alert", request.project, request.deployment))
    served = {
        each.fact.revision: each.fact
        for each in view.revisions(request.project, request.deployment)
        if each.outcome == "completed" and each.fact.revision < current.revision.revision
    }
    to = request.to or last_good(situation_of(view, current))
    if to is None:
        raise RefusedError(f"Deployment {request.deployment} has no earlier revision with another champion to go to.")
    if to not in served:
        raise NotFoundError(f"Revision {to} of {request.deployment} never served, or is not an earlier one.")
    spec = served[to].spec.model_copy(
        update={
            "champion": _fixed(served[to].champion),
            "challengers": tuple(map(_fixed, served[to].challengers)),
            "replicas": current.revision.spec.replicas,
        }
    )
    reason = f"back to revision {to}" + (f": {request.reason}" if request.reason else "")
    return revision_of(request, spec, reason, view, context)


def scale_deployment(request: ScaleDeployment, view: DeployerView, context: Context) -> RevisionCreated | Unchanged:
    """A new revision of the very same versions with another number of replicas."""
    current = existing(view, request.project, request.deployment).revision
    if request.newest not in (None, current.revision) or current.spec.replicas == request.replicas:
        return Unchanged(current)
    context.rely_on(ledger_subject("alert", request.project, request.deployment))
    spec = current.spec.model_copy(update={"replicas": request.replicas})
    reason = f"{request.replicas} replicas" + (f": {request.reason}" if request.reason else "")
    return current.model_copy(
        update={
            "revision": view.last_revision(request.project, request.deployment) + 1, "spec": spec, "reason": reason
        }
    )  # fmt: skip


def ask_reaction(request: AskReaction, view: DeployerView, _context: Context) -> ReactionAsked | Unchanged:
    """Asked once for an alert."""
    existing(view, request.project, request.deployment)
    fact = ReactionAsked(**request.model_dump())
    asked = view.goals.asked(request.project, request.deployment).get(request.goal)
    return Unchanged(fact) if asked and asked.alert >= request.alert else fact


def decide_reaction(request: DecideReaction, view: DeployerView, context: Context) -> ReactionDecided | Unchanged:
    """An answer to what was asked last; a second one must be the same."""
    existing(view, request.project, request.deployment)
    asked = view.goals.asked(request.project, request.deployment).get(request.goal)
    if asked is None:
        raise NotFoundError(f"Nothing was asked for goal {request.goal}; `fairlead reaction list` shows what was.")
    context.rely_on(ledger_subject("deployment", request.project, request.deployment))
    fact = ReactionDecided(**request.model_dump(), alert=asked.alert)
    if asked.approved is not None:
        if asked.approved != request.approved:
            raise RefusedError(f"This was {'approved' if asked.approved else 'declined'} already.")
        return Unchanged(fact)
    return fact


def _fixed(version: ResolvedVersion) -> VersionRef:
    return VersionRef(model=version.model, version=version.version)
