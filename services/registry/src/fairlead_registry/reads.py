"""What the registry shows."""

import json
from typing import Any

from fairlead_chassis.service import Context
from fairlead_contracts.errors import NotFoundError
from fairlead_contracts.facts.registry import VersionCreated
from fairlead_contracts.operations import registry as ops

from fairlead_registry.lookups import require_model, require_version
from fairlead_registry.view import RegistryView

_COLUMNS = "fact, author, created, sequence, approver, approved, comment, approval"


def get_model(request: ops.GetModel, view: RegistryView, _context: Context) -> ops.ModelView:
    """A model, whole."""
    require_model(view, request.project, request.model)
    return _model(view, request.project, request.model)


def list_models(request: ops.ListModels, view: RegistryView, _context: Context) -> ops.ModelList:
    """A page of models, by name."""
    rows = view.db.execute(
        "SELECT model FROM models WHERE project = ? AND model > ? ORDER BY model LIMIT ?",
        (request.project, request.after or "", request.limit + 1),
    ).fetchall()
    shown = [row[0] for row in rows[: request.limit]]
    items = tuple(_model(view, request.project, name) for name in shown)
    return ops.ModelList(items=items, next=shown[-1] if len(rows) > request.limit else None)


def list_versions(request: ops.ListVersions, view: RegistryView, _context: Context) -> ops.VersionList:
    """All versions of a model, newest first."""
    require_model(view, request.project, request.model)
    return ops.VersionList(items=_summaries(view, request.project, request.model))


def get_version(request: ops.GetVersion, view: RegistryView, _context: Context) -> ops.VersionView:
    """A version, whole."""
    require_version(view, request.project, request.model, request.version)
    return _version(view, request.project, request.model, request.version)


def get_alias(request: ops.GetAlias, view: RegistryView, _context: Context) -> ops.VersionView:
    """The version that an alias points at, whole."""
    row = view.db.execute(
        f"SELECT {_COLUMNS} FROM versions JOIN aliases USING (project, model, version)"  # noqa: S608  # our own columns
        " WHERE (project, model, alias) = (?, ?, ?)",
        (request.project, request.model, request.alias),
    ).fetchone()
    if row is None:
        require_model(view, request.project, request.model)
        raise NotFoundError(f"Model {request.model} has no alias {request.alias}; `fairlead model get` shows them.")
    return _shown(row)


async def get_baseline(request: ops.GetBaseline, view: RegistryView, context: Context) -> ops.BaselineView:
    """The baseline's JSON."""
    require_version(view, request.project, request.model, request.version)
    digest = _version(view, request.project, request.model, request.version).baseline
    return ops.BaselineView(digest=digest, baseline=json.loads(await context.chassis.objects.get(digest)))


def _model(view: RegistryView, project: str, model: str) -> ops.ModelView:
    row = view.db.execute(
        "SELECT description, author, created FROM models WHERE (project, model) = (?, ?)", (project, model)
    ).fetchone()
    aliases = view.db.execute(
        "SELECT alias, version FROM aliases WHERE (project, model) = (?, ?) ORDER BY alias", (project, model)
    )
    return ops.ModelView(
        project=project, model=model, description=row[0], author=row[1], created=row[2],
        versions=_summaries(view, project, model), aliases=dict(aliases.fetchall()),
    )  # fmt: skip


def _summaries(view: RegistryView, project: str, model: str) -> tuple[ops.VersionSummary, ...]:
    rows = view.db.execute(
        "SELECT version, digest, framework, author, created, approver IS NOT NULL FROM versions"
        " WHERE (project, model) = (?, ?) ORDER BY version DESC",
        (project, model),
    )
    return tuple(
        ops.VersionSummary(version=a, digest=b, framework=c, author=d, created=e, approved=bool(f))
        for a, b, c, d, e, f in rows
    )


def _version(view: RegistryView, project: str, model: str, version: int) -> ops.VersionView:
    return _shown(
        view.db.execute(
            f"SELECT {_COLUMNS} FROM versions WHERE (project, model, version) = (?, ?, ?)",  # noqa: S608  # our own columns
            (project, model, version),
        ).fetchone()
    )


def _shown(row: tuple[Any, ...]) -> ops.VersionView:
    fact = VersionCreated.model_validate_json(row[0])
    approval = None
    if row[4] is not None:
        approval = ops.Approval(approver=row[4], time=row[5], comment=row[6], sequence=row[7])
    return ops.VersionView(**dict(fact), author=row[1], created=row[2], sequence=row[3], approval=approval)
