"""The proof behind a receipt, and the walk that checks it offline, from the leaf to the signed checkpoint."""

from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import Field, StringConstraints

from fairlead_contracts.evidence.checkpoints import Checkpoint
from fairlead_contracts.evidence.merkle import leaf_hash, verify_inclusion
from fairlead_contracts.evidence.notes import InvalidNoteError, VerifierKey, Verify
from fairlead_contracts.evidence.receipts import BatchRoot, Key, Receipt
from fairlead_contracts.facts import Fact, UnknownFactError, read
from fairlead_contracts.facts.deployer import ReplicaCertified
from fairlead_contracts.facts.telemetry import ReceiptsSealed
from fairlead_contracts.ledger import Envelope
from fairlead_contracts.values import Message

PathHashes = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")], ...],
    Field(max_length=64),
]
"""An inclusion path: hashes in hex, leaf to root."""

F = TypeVar("F", bound=Fact)


class Place(Message):
    """Where a leaf stands in a tree, and the path from it to the root."""

    index: int = Field(ge=0)
    size: int = Field(ge=1)
    path: PathHashes

    def leads(self, leaf: bytes, root: bytes) -> bool:
        """Whether the leaf with these bytes is here in the tree with this root."""
        return verify_inclusion(leaf_hash(leaf), self.index, self.size, list(map(bytes.fromhex, self.path)), root)


class LoggedEntry(Message):
    """A ledger message, exactly as appended, and its path in the tree of the proof's checkpoint."""

    sequence: int = Field(ge=1)
    entry: str
    path: PathHashes


class ReceiptProof(Message):
    """All that a receipt's proof needs. `key` is the replica's, as `certificate` has it too."""

    in_batch: Place
    batch: BatchRoot
    key: Key
    in_seal: Place
    seal: LoggedEntry
    certificate: LoggedEntry
    checkpoint: str


class Step(Message):
    """One step of the walk: what was checked, whether it held, and what was found."""

    name: str
    ok: bool
    detail: str


class _BrokenError(Exception):
    """A step does not hold; says why."""


@dataclass(frozen=True)
class _Walk:
    receipt: Receipt
    proof: ReceiptProof
    keys: Sequence[VerifierKey]
    verify: Verify

    def leaf(self) -> str:
        place, batch = self.proof.in_batch, self.proof.batch
        if place.size != batch.size or not place.leads(self.receipt.leaf(), _hash(batch.root)):
            raise _BrokenError("the receipt is not in the batch, or was changed")
        return f"receipt {place.index + 1} of {batch.size} in batch {batch.sequence}"

    def batch(self) -> str:
        batch = self.proof.batch
        if batch.replica != self.receipt.replica:
            raise _BrokenError(f"the batch is of replica {batch.replica}, the receipt of {self.receipt.replica}")
        if not batch.verified_by(b64decode(self.proof.key), self.verify):
            raise _BrokenError("the signature on the batch is not by the replica's key")
        return f"signed by replica {batch.replica}, epoch {batch.epoch}"

    def certificate(self) -> str:
        receipt, proof = self.receipt, self.proof
        facts, service = _facts(proof.certificate, ReplicaCertified)
        fact = next((fact for fact in facts if fact.replica == receipt.replica), facts[0])
        said = {
            "project": receipt.project, "deployment": receipt.deployment, "revision": receipt.revision,
            "replica": receipt.replica, "model": receipt.model, "version": receipt.version,
            "digest": receipt.version_digest, "epoch": proof.batch.epoch, "public_key": proof.key,
        }  # fmt: skip
        differing = [name for name, value in said.items() if getattr(fact, name) != value]
        if differing:
            raise _BrokenError(f"the ledger certifies another {', '.join(differing)} for this replica")
        return f"ledger entry {proof.certificate.sequence} by {service} binds the key to version {receipt.version}"

    def seal(self) -> str:
        [fact, *_], service = _facts(self.proof.seal, ReceiptsSealed)
        place, sequence = self.proof.in_seal, self.proof.seal.sequence
        if place.size != fact.batches or not place.leads(self.proof.batch.leaf(), _hash(fact.root)):
            raise _BrokenError("the batch is not under the sealed root")
        if sequence <= self.proof.certificate.sequence:
            raise _BrokenError("the batch was sealed before its replica was certified")
        return f"batch {place.index + 1} of {fact.batches} under the seal of ledger entry {sequence} by {service}"

    def ledger(self) -> str:
        checkpoint = self._checkpoint()
        for logged in (self.proof.certificate, self.proof.seal):
            place = Place(index=logged.sequence - 1, size=max(checkpoint.size, 1), path=logged.path)
            if not place.leads(logged.entry.encode(), checkpoint.root):
                raise _BrokenError(f"entry {logged.sequence} is not in the checkpoint's tree")
        return f"both entries are among the first {checkpoint.size} of {checkpoint.origin}"

    def checkpoint(self) -> str:
        checkpoint = self._checkpoint()
        return f"{checkpoint.origin} signed its tree of {checkpoint.size} entries"

    def _checkpoint(self) -> Checkpoint:
        try:
            return Checkpoint.open(self.proof.checkpoint, self.keys, self.verify)
        except InvalidNoteError as error:
            raise _BrokenError(f"the checkpoint does not hold: {error}") from None


def verify_receipt(
    receipt: Receipt, proof: ReceiptProof, *, keys: Sequence[VerifierKey], verify: Verify
) -> tuple[Step, ...]:
    """Check a receipt offline, trusting nothing but the log's keys. It is proven when every step is ok.

    Each step is tried whatever came of those before it, so one look tells all that is wrong.
    """
    walk = _Walk(receipt, proof, keys, verify)
    checks = (walk.leaf, walk.batch, walk.certificate, walk.seal, walk.ledger, walk.checkpoint)
    return tuple(_step(check) for check in checks)


def _step(check: Callable[[], str]) -> Step:
    try:
        return Step(name=check.__name__, ok=True, detail=check())
    except _BrokenError as broken:
        return Step(name=check.__name__, ok=False, detail=str(broken))


def _facts(logged: LoggedEntry, kind: type[F]) -> tuple[list[F], str]:
    envelope = _envelope(logged)
    try:
        facts = [read(record) for record in envelope.facts if record.type == kind.type]
    except (ValueError, TypeError, LookupError, UnknownFactError):
        raise _BrokenError(f"a fact in entry {logged.sequence} cannot be read") from None
    found = [fact for fact in facts if isinstance(fact, kind)]
    if not found or envelope.kind != kind.kind:
        raise _BrokenError(f"entry {logged.sequence} holds no {kind.type}")
    if envelope.actor != f"service:{envelope.service}":
        raise _BrokenError(f"entry {logged.sequence} was made by {envelope.actor}, not by {envelope.service} itself")
    return found, envelope.service


def _envelope(logged: LoggedEntry) -> Envelope:
    try:
        envelope = Envelope.model_validate_json(logged.entry)
        whole = envelope.encode() == logged.entry.encode() and envelope.sealed() == envelope
    except ValueError:
        raise _BrokenError(f"entry {logged.sequence} is no ledger message") from None
    if not whole:
        raise _BrokenError(f"entry {logged.sequence} does not fit its own digest")
    return envelope


def _hash(digest: str) -> bytes:
    return bytes.fromhex(digest.removeprefix("sha256:"))
