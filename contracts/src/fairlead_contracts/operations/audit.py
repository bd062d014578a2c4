"""The audit: search, export, checkpoints, proofs, receipts and their tracing."""

from typing import Any

from pydantic import Field

from fairlead_contracts.facts.telemetry import ReceiptsSealed
from fairlead_contracts.names import SEQUENCE_LIMIT, Digest
from fairlead_contracts.operations import REPORT_PATIENCE, Accepted, Kind, Operation
from fairlead_contracts.values import Instant, Message

SERVICE = "audit"


class SearchAudit(Message):
    """Search the ledger: who did what, newest first."""

    actor: str | None = Field(default=None, max_length=100)
    operation: str | None = Field(default=None, max_length=100)
    domain: str | None = Field(default=None, max_length=100)
    """Entries of one project."""
    kind: str | None = Field(default=None, max_length=100)
    before: int | None = Field(default=None, ge=1, le=SEQUENCE_LIMIT)
    limit: int = Field(default=50, ge=1, le=200)


class AuditEntry(Message):
    """One ledger entry."""

    sequence: int
    time: Instant
    subject: str
    actor: str
    operation: str
    project: str
    allowed: bool
    facts: tuple[dict[str, Any], ...]
    hash: Digest


class AuditList(Message):
    """A page of entries; `next` is the `before` of the next page."""

    items: tuple[AuditEntry, ...]
    next: int | None = None


class ExportAudit(Message):
    """Export ledger records, exactly as appended, for verification elsewhere."""

    after: int = Field(default=0, ge=0, le=SEQUENCE_LIMIT)
    limit: int = Field(default=500, ge=1, le=500)


class AuditExport(Message):
    """Records as JSON lines, with the size of the ledger; `next` is the `after` of the next page."""

    lines: tuple[str, ...]
    next: int | None = None


class GetCheckpoint(Message):
    """Show the newest signed tree head over the ledger."""

    at_least: int = Field(default=0, ge=0, le=SEQUENCE_LIMIT)


class CheckpointView(Message):
    """A C2SP checkpoint in a signed note, and the key that verifies it."""

    size: int
    note: str
    verifier: str


class GetProof(Message):
    """Prove that a ledger entry is in the newest checkpoint's tree."""

    sequence: int = Field(ge=1, le=SEQUENCE_LIMIT)


class InclusionView(Message):
    """An inclusion proof (RFC 6962, section 2.1.1): hashes in hex, leaf to root."""

    sequence: int
    index: int
    path: tuple[str, ...]
    checkpoint: CheckpointView


class GetConsistency(Message):
    """Prove that a later tree holds an earlier one, unchanged."""

    first: int = Field(ge=1, le=SEQUENCE_LIMIT)
    second: int = Field(ge=1, le=SEQUENCE_LIMIT)


class ConsistencyView(Message):
    """A consistency proof (RFC 6962, section 2.1.2): hashes in hex."""

    first: int
    second: int
    path: tuple[str, ...]


class TraceReceipt(Message):
    """Walk from an answer's receipt to replica, version, data, author and approver, and prove it."""

    receipt: str = Field(min_length=10, max_length=4_000, pattern=r"^[A-Za-z0-9_-]+$")


class TraceStep(Message):
    """One step of the walk: what was looked up or checked, and what came of it."""

    name: str
    ok: bool
    detail: str


class Trace(Message):
    """Everything behind one answer. `proof` is null until the receipt's batch is sealed (within 15 s)."""

    receipt: dict[str, Any]
    proven: bool
    steps: tuple[TraceStep, ...]
    proof: dict[str, Any] | None = None
    verifier: str
    replica: str
    deployment: str
    revision: int
    model: str
    version: int
    artifact: str
    training_data: str | None
    author: str | None
    approver: str | None


class SealReceipts(Message):
    """Seal the batches of receipts that came since the last seal."""

    root: Digest
    batches: int = Field(ge=1)
    receipts: int = Field(ge=0)


SEARCH_AUDIT = Operation(
    "search_audit", "audit:search", SERVICE, Kind.READ, SearchAudit, AuditList, "GET", "/api/v1/audit", "audit:*",
    patience=REPORT_PATIENCE,
)  # fmt: skip
EXPORT_AUDIT = Operation(
    "export_audit", "audit:export", SERVICE, Kind.READ, ExportAudit, AuditExport,
    "GET", "/api/v1/audit/export", "audit:*", patience=REPORT_PATIENCE,
)  # fmt: skip
GET_CHECKPOINT = Operation(
    "get_checkpoint", "checkpoint:get", SERVICE, Kind.READ, GetCheckpoint, CheckpointView,
    "GET", "/api/v1/audit/checkpoint", "checkpoint:*",
)  # fmt: skip
GET_PROOF = Operation(
    "get_proof", "proof:get", SERVICE, Kind.READ, GetProof, InclusionView,
    "GET", "/api/v1/audit/proof/{sequence}", "proof:*",
)  # fmt: skip
GET_CONSISTENCY = Operation(
    "get_consistency", "proof:consistency", SERVICE, Kind.READ, GetConsistency, ConsistencyView,
    "GET", "/api/v1/audit/consistency", "proof:*",
)  # fmt: skip
TRACE_RECEIPT = Operation(
    "trace_receipt", "receipt:trace", SERVICE, Kind.READ, TraceReceipt, Trace,
    "GET", "/api/v1/receipts/{receipt}", "receipt:*",
)  # fmt: skip
SEAL_RECEIPTS = Operation(
    "seal_receipts", "receipts:seal", SERVICE, Kind.CHANGE, SealReceipts, Accepted[ReceiptsSealed],
    "POST", "/api/v1/receipts/seals", "receipts:*", "receipts/seals", (ReceiptsSealed,),
)  # fmt: skip

OPERATIONS = (
    SEARCH_AUDIT, EXPORT_AUDIT, GET_CHECKPOINT, GET_PROOF, GET_CONSISTENCY, TRACE_RECEIPT, SEAL_RECEIPTS,
)  # fmt: skip
