"""The pure decisions about models, versions, approvals and aliases."""

from fairlead_chassis.service import Context, Unchanged
from fairlead_contracts.errors import AlreadyExistsError, NotFoundError, RefusedError
from fairlead_contracts.facts.registry import AliasDeleted, AliasSet, ModelCreated, VersionApproved, VersionCreated
from fairlead_contracts.ledger import ledger_subject
from fairlead_contracts.operations import registry as ops

from fairlead_registry.examine import Examined
from fairlead_registry.lookups import require_model, require_version
from fairlead_registry.view import RegistryView


def create_model(request: ops.CreateModel, view: RegistryView, _context: Context) -> ModelCreated:
    """A new model."""
    if view.has_model(request.project, request.model):
        raise AlreadyExistsError(f"Model {request.model} exists in project {request.project}; add a version to it.")
    return ModelCreated(project=request.project, model=request.model, description=request.description)


def create_version(request: ops.CreateVersion, view: RegistryView, context: Context) -> VersionCreated:
    """The next version, from what was found in its files and its training data."""
    require_model(view, request.project, request.model)
    examined: Examined = context.prepared
    known = view.version_of_digest(request.project, request.model, examined.digest)
    if known is not None:
        raise AlreadyExistsError(f"These very files are version {known} of {request.model} already.")
    return VersionCreated(
        project=request.project, model=request.model, version=view.last_version(request.project, request.model) + 1,
        digest=examined.digest, files=request.files, card=examined.card, signature=examined.signature,
        schema_digest=examined.schema_digest, training_data=examined.training_data, baseline=examined.baseline,
        metrics=request.metrics, importance=request.importance, code_commit=request.code_commit,
        description=request.description,
    )  # fmt: skip


def approve_version(request: ops.ApproveVersion, view: RegistryView, _context: Context) -> VersionApproved | Unchanged:
    """Approve once."""
    digest, approved = require_version(view, request.project, request.model, request.version)
    fact = VersionApproved(
        project=request.project, model=request.model, version=request.version, digest=digest, comment=request.comment
    )
    return Unchanged(fact) if approved else fact


def set_alias(request: ops.SetAlias, view: RegistryView, context: Context) -> AliasSet | Unchanged:
    """Point an alias. Where a deployment answers through it, the version is approved and the mover may deploy there."""
    _, approved = require_version(view, request.project, request.model, request.version)
    before = view.alias(request.project, request.model, request.alias)
    fact = AliasSet(
        project=request.project, model=request.model, alias=request.alias, version=request.version, before=before
    )
    if before == request.version:
        return Unchanged(fact)
    for deployment, answers in view.followers(request.project, request.model, request.alias):
        context.require("deployment:deploy", f"deployment:{deployment}")
        if answers and not approved:
            raise RefusedError(
                f"Deployment {deployment} follows {request.alias}, and version {request.version} is not approved:"
                f" someone with version:approve, and not its author, approves it first."
            )
        context.rely_on(ledger_subject("deployment", request.project, deployment))
    return fact


def delete_alias(request: ops.DeleteAlias, view: RegistryView, _context: Context) -> AliasDeleted:
    """Remove an alias that nobody follows."""
    require_model(view, request.project, request.model)
    if view.alias(request.project, request.model, request.alias) is None:
        raise NotFoundError(f"Model {request.model} has no alias {request.alias}.")
    followers = [name for name, _ in view.followers(request.project, request.model, request.alias)]
    if followers:
        raise RefusedError(
            f"Deployments follow {request.alias}: {', '.join(followers)}. Let them follow another first."
        )
    return AliasDeleted(project=request.project, model=request.model, alias=request.alias)
