"""Search, export, checkpoints and proofs."""

import json
from typing import Any

from fairlead_chassis.service import Context
from fairlead_contracts.errors import NotFoundError
from fairlead_contracts.evidence.log import Record
from fairlead_contracts.evidence.merkle import consistency_proof, inclusion_proof
from fairlead_contracts.operations.audit import (
    AuditEntry,
    AuditExport,
    AuditList,
    CheckpointView,
    ConsistencyView,
    ExportAudit,
    GetCheckpoint,
    GetConsistency,
    GetProof,
    InclusionView,
    SearchAudit,
)

from fairlead_audit.checkpoints import checkpoint
from fairlead_audit.view import FOREIGN, AuditView

_PAGE_BYTES = 700_000


def search_audit(request: SearchAudit, view: AuditView, _context: Context) -> AuditList:
    """Entries that fit every given condition, newest first."""
    asked = {"actor": request.actor, "operation": request.operation, "project": request.domain, "kind": request.kind}
    given = {name: value for name, value in asked.items() if value is not None}
    conditions = [f"{name} = ?" for name in given] + (["sequence < ?"] if request.before else [])
    values: list[Any] = [*given.values(), *([request.before] if request.before else [])]
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = view.db.execute(
        "SELECT sequence, time, subject, actor, operation, project, allowed, hash, body, kind FROM entries"  # noqa: S608  # ours
        f" {where} ORDER BY sequence DESC LIMIT ?",
        (*values, request.limit),
    ).fetchall()
    items = tuple(_entry(row) for row in rows)
    return AuditList(items=items, next=items[-1].sequence if len(items) == request.limit else None)


def _entry(row: tuple[Any, ...]) -> AuditEntry:
    names = ("sequence", "time", "subject", "actor", "operation", "project", "allowed", "hash")
    facts = () if row[9] == FOREIGN else json.loads(row[8])["facts"]
    return AuditEntry.model_validate(dict(zip(names, row, strict=False)) | {"allowed": bool(row[6]), "facts": facts})


def export_audit(request: ExportAudit, view: AuditView, _context: Context) -> AuditExport:
    """Records after a sequence, up to a page's size."""
    rows = view.db.execute(
        "SELECT sequence, subject, time, body, times FROM entries WHERE sequence > ? ORDER BY sequence LIMIT ?",
        (request.after, request.limit),
    )
    lines: list[str] = []
    size, last = 0, request.after
    for sequence, subject, time, body, times in rows:
        line = Record(sequence, subject, time, body, times).line()
        if lines and size + len(line) > _PAGE_BYTES:
            break
        lines.append(line)
        size, last = size + len(line), sequence
    return AuditExport(lines=tuple(lines), next=last if last < view.size else None)


async def get_checkpoint(request: GetCheckpoint, view: AuditView, context: Context) -> CheckpointView:
    """The newest checkpoint, once the tree holds what was asked for."""
    await context.chassis.view.reach(request.at_least, patience=2.0)
    return checkpoint(context.chassis, view)


def get_proof(request: GetProof, view: AuditView, context: Context) -> InclusionView:
    """That an entry is in the tree."""
    head = checkpoint(context.chassis, view)
    if request.sequence > head.size:
        raise NotFoundError(f"The ledger holds {head.size} entries.")
    index = request.sequence - 1
    path = tuple(node.hex() for node in inclusion_proof(view, index, head.size))
    return InclusionView(sequence=request.sequence, index=index, path=path, checkpoint=head)


def get_consistency(request: GetConsistency, view: AuditView, _context: Context) -> ConsistencyView:
    """That the later tree begins with the earlier one."""
    if not request.first <= request.second <= view.size:
        raise NotFoundError(f"Consistency goes from a size to a larger one; the ledger holds {view.size} entries.")
    path = tuple(node.hex() for node in consistency_proof(view, request.first, request.second))
    return ConsistencyView(first=request.first, second=request.second, path=path)
