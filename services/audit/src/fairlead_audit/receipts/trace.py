"""From a receipt to replica, revision, version, data, author and approver; with the proof."""

from fairlead_chassis.service import Context, Unchanged
from fairlead_chassis.signing import verify
from fairlead_contracts.evidence.merkle import Tree, inclusion_proof, leaf_hash
from fairlead_contracts.evidence.proofs import LoggedEntry, Place, ReceiptProof, verify_receipt
from fairlead_contracts.evidence.receipts import Receipt, seal_tree
from fairlead_contracts.facts.telemetry import ReceiptsSealed
from fairlead_contracts.operations.audit import SealReceipts, Trace, TraceReceipt, TraceStep

from fairlead_audit.checkpoints import checkpoint, verifier
from fairlead_audit.receipts.intake import store_of
from fairlead_audit.receipts.store import Found
from fairlead_audit.view import AuditView


def seal_receipts(request: SealReceipts, view: AuditView, _context: Context) -> ReceiptsSealed | Unchanged:
    """Seal once."""
    fact = ReceiptsSealed(**request.model_dump())
    return Unchanged(fact) if view.seal(request.root) is not None else fact


def trace_receipt(request: TraceReceipt, view: AuditView, context: Context) -> Trace:
    """Walk the receipt back, and check its proof as anyone could offline."""
    receipt = Receipt.from_token(request.receipt)
    found = store_of(context.chassis).find(leaf_hash(receipt.leaf()), receipt.replica)
    proof = _proof(found, view, context) if found else None
    key = verifier(context.chassis.home, view)
    if proof is None:
        steps: tuple[TraceStep, ...] = (_pending(found),)
    else:
        walked = verify_receipt(receipt, proof, keys=[key], verify=verify)
        steps = tuple(TraceStep(name=each.name, ok=each.ok, detail=each.detail) for each in walked)
    version = view.traced(receipt.project, receipt.model, receipt.version)
    return Trace(
        receipt=receipt.model_dump(mode="json"),
        proven=proof is not None and all(each.ok for each in steps),
        steps=steps,
        proof=proof.model_dump(mode="json") if proof else None,
        verifier=str(key),
        replica=receipt.replica, deployment=receipt.deployment, revision=receipt.revision, model=receipt.model,
        version=receipt.version, artifact=receipt.version_digest,
        training_data=version[1].training_data.digest if version else None,
        author=version[0] if version else None,
        approver=version[2] if version else None,
    )  # fmt: skip


def _pending(found: Found | None) -> TraceStep:
    if found is None:
        detail = "no batch with this receipt has come: it is younger than a few seconds, or it was changed"
    else:
        detail = "its batch is here and waits for its seal, at most 15 s after the answer"
    return TraceStep(name="sealed", ok=False, detail=detail)


def _proof(found: Found, view: AuditView, context: Context) -> ReceiptProof | None:
    certificate = view.certificate(found.batch.replica, found.batch.epoch)
    sealed = view.seal(found.seal) if found.seal else None
    if certificate is None or sealed is None or found.seal is None:
        return None
    store = store_of(context.chassis)
    batches = store.under(found.seal)
    in_seal = batches.index(found.batch)
    head = checkpoint(context.chassis, view)
    return ReceiptProof(
        in_batch=_place(Tree(found.leaves), found.place),
        batch=found.batch,
        key=certificate[1],
        in_seal=_place(seal_tree(batches), in_seal),
        seal=_logged(view, sealed, head.size),
        certificate=_logged(view, certificate[0], head.size),
        checkpoint=head.note,
    )


def _place(tree: Tree, index: int) -> Place:
    path = tuple(node.hex() for node in inclusion_proof(tree, index, tree.size))
    return Place(index=index, size=tree.size, path=path)


def _logged(view: AuditView, sequence: int, size: int) -> LoggedEntry:
    path = tuple(node.hex() for node in inclusion_proof(view, sequence - 1, size))
    return LoggedEntry(sequence=sequence, entry=(view.body(sequence) or b"").decode(), path=path)
