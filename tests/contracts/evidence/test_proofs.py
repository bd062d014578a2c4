"""A receipt is proven offline by its proof, and by nothing that was bent anywhere on the way."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from fairlead_chassis.signing import Signer, verify
from fairlead_contracts.evidence.issuing import ReceiptTemplate
from fairlead_contracts.evidence.merkle import Nodes, Tree, inclusion_proof, leaf_hash
from fairlead_contracts.evidence.notes import VerifierKey
from fairlead_contracts.evidence.proofs import LoggedEntry, Place, ReceiptProof, Step, verify_receipt
from fairlead_contracts.evidence.receipts import BatchRoot, Receipt, Seal, Served, seal_tree, token
from fairlead_contracts.facts.deployer import ReplicaCertified
from fairlead_contracts.facts.telemetry import ReceiptsSealed
from fairlead_contracts.ledger import Envelope
from pydantic import ValidationError

DIGEST = "sha256:" + "ab" * 32
OTHER = "sha256:" + "cd" * 32
SERVED = Served(
    project="default", deployment="loans", revision=3, replica="loans-3-a", model="Loans", version=2,
    version_digest=DIGEST, schema_digest=DIGEST,
)  # fmt: skip
REPLICA = Signer(b"r" * 32)
STEPS = ["leaf", "batch", "certificate", "seal", "ledger", "checkpoint"]


def certificate(**changes: Any) -> ReplicaCertified:
    fields = {
        "project": "default", "replica": "loans-3-a", "epoch": "e1", "deployment": "loans", "revision": 3,
        "model": "Loans", "version": 2, "digest": DIGEST, "public_key": b64encode(REPLICA.public_key).decode(),
    }  # fmt: skip
    return ReplicaCertified.model_validate({**fields, **changes})


def place(nodes: Nodes, index: int, size: int) -> Place:
    return Place(index=index, size=size, path=tuple(node.hex() for node in inclusion_proof(nodes, index, size)))


class World:
    """A ledger with one certificate and one seal over three batches, and the proof of one receipt among them."""

    def __init__(self, ledger: Any, certified: ReplicaCertified | None = None, late: bool = False) -> None:
        template = ReceiptTemplate(SERVED)
        now = datetime(2024, 1, 1, tzinfo=UTC)
        leaves = [template.leaf(f"r{n}", now, DIGEST, DIGEST) for n in range(7)]
        self.ledger = ledger
        self.receipt = Receipt.from_token(token(leaves[4]))
        self.tree = Tree(map(leaf_hash, leaves))
        self.batches = [
            BatchRoot.signed("loans-3-a", "e1", sequence, self.tree, REPLICA.sign) for sequence in (1, 2, 3)
        ]
        ledger.append("loans")
        self._fact = certified or certificate()
        self.certified = 0 if late else self._certify()
        self.sealed = self.seal()
        if late:
            self.certified = self._certify()
        ledger.append("loans")

    def _certify(self) -> int:
        sequence: int = self.ledger.append("loans-3-a", self._fact, kind="replica", service="deployer")
        return sequence

    def seal(self) -> int:
        fact = ReceiptsSealed(**Seal.over(self.batches).model_dump())
        sequence: int = self.ledger.append("seals", fact, kind="receipts", service="audit")
        return sequence

    def logged(self, sequence: int) -> LoggedEntry:
        size = self.ledger.tree.size
        path = tuple(node.hex() for node in inclusion_proof(self.ledger.tree, sequence - 1, size))
        return LoggedEntry(sequence=sequence, entry=self.ledger.records[sequence - 1].body.decode(), path=path)

    def proof(self, **changes: Any) -> ReceiptProof:
        fields: dict[str, Any] = {
            "in_batch": place(self.tree, 4, 7),
            "batch": self.batches[1],
            "key": b64encode(REPLICA.public_key).decode(),
            "in_seal": place(seal_tree(self.batches), 1, 3),
            "seal": self.logged(self.sealed),
            "certificate": self.logged(self.certified),
            "checkpoint": self.ledger.checkpoint(),
        }
        return ReceiptProof.model_validate({**fields, **changes})

    def verify(self, proof: ReceiptProof, receipt: Receipt | None = None, key: VerifierKey | None = None) -> list[str]:
        """The names of the steps that do not hold."""
        steps = verify_receipt(receipt or self.receipt, proof, keys=[key or self.ledger.key], verify=verify)
        assert [step.name for step in steps] == STEPS
        return [step.name for step in steps if not step.ok]


@pytest.fixture
def world(ledger: Any) -> World:
    return World(ledger)


def test_every_step_of_a_whole_proof_holds_and_says_what_it_found(world: World) -> None:
    steps = verify_receipt(world.receipt, world.proof(), keys=[world.ledger.key], verify=verify)
    assert steps == (
        Step(name="leaf", ok=True, detail="receipt 5 of 7 in batch 2"),
        Step(name="batch", ok=True, detail="signed by replica loans-3-a, epoch e1"),
        Step(name="certificate", ok=True, detail="ledger entry 2 by deployer binds the key to version 2"),
        Step(name="seal", ok=True, detail="batch 2 of 3 under the seal of ledger entry 3 by audit"),
        Step(name="ledger", ok=True, detail="both entries are among the first 4 of log.example/ledger"),
        Step(name="checkpoint", ok=True, detail="log.example/ledger signed its tree of 4 entries"),
    )


def test_a_proof_survives_the_wire(world: World) -> None:
    assert world.verify(ReceiptProof.model_validate_json(world.proof().model_dump_json())) == []


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"output_digest": OTHER}, ["leaf"]),
        ({"input_digest": OTHER}, ["leaf"]),
        ({"id": "r9"}, ["leaf"]),
        ({"time": datetime(2023, 1, 1, tzinfo=UTC)}, ["leaf"]),
        ({"replica": "loans-3-b"}, ["leaf", "batch", "certificate"]),
        ({"version": 3}, ["leaf", "certificate"]),
        ({"version_digest": OTHER}, ["leaf", "certificate"]),
        ({"revision": 4}, ["leaf", "certificate"]),
        ({"project": "another"}, ["leaf", "certificate"]),
        ({"deployment": "another"}, ["leaf", "certificate"]),
        ({"model": "Another"}, ["leaf", "certificate"]),
        ({"schema_digest": OTHER}, ["leaf"]),
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_receipt_that_was_changed_is_not_proven(world: World, change: dict[str, Any], broken: list[str]) -> None:
    assert world.verify(world.proof(), world.receipt.model_copy(update=change)) == broken


def test_a_batch_signed_by_another_key_is_not_proven(world: World) -> None:
    thief = Signer(b"t" * 32)
    forged = BatchRoot.signed("loans-3-a", "e1", 2, world.tree, thief.sign)
    assert world.verify(world.proof(batch=forged)) == ["batch", "seal"]


def test_another_key_than_the_certified_one_is_not_accepted(world: World) -> None:
    thief = Signer(b"t" * 32)
    forged = BatchRoot.signed("loans-3-a", "e1", 2, world.tree, thief.sign)
    proof = world.proof(batch=forged, key=b64encode(thief.public_key).decode())
    assert world.verify(proof) == ["certificate", "seal"]


def test_a_batch_of_another_epoch_needs_that_epochs_certificate(world: World) -> None:
    later = BatchRoot.signed("loans-3-a", "e2", 2, world.tree, REPLICA.sign)
    assert world.verify(world.proof(batch=later)) == ["certificate", "seal"]


@pytest.mark.parametrize(
    "change", [{"digest": OTHER}, {"version": 3}, {"revision": 4}, {"project": "another"}, {"epoch": "e2"}]
)
def test_a_certificate_for_something_else_proves_nothing(ledger: Any, change: dict[str, Any]) -> None:
    world = World(ledger, certificate(**change))
    assert world.verify(world.proof()) == ["certificate"]


def test_a_certificate_names_what_differs(ledger: Any) -> None:
    world = World(ledger, certificate(digest=OTHER, revision=4))
    steps = verify_receipt(world.receipt, world.proof(), keys=[ledger.key], verify=verify)
    assert steps[2].detail == "the ledger certifies another revision, digest for this replica"


def test_a_replica_certified_after_its_batch_was_sealed_proves_nothing(ledger: Any) -> None:
    world = World(ledger, late=True)
    assert world.verify(world.proof()) == ["seal"]


def test_one_message_may_certify_several_replicas(ledger: Any) -> None:
    world = World(ledger)
    sequence = ledger.append(
        "loans-3-b", certificate(replica="loans-3-b"), certificate(), kind="replica", service="deployer"
    )
    ledger.append("seals", ReceiptsSealed(**Seal.over(world.batches).model_dump()), kind="receipts", service="audit")
    proof = world.proof(certificate=world.logged(sequence), seal=world.logged(sequence + 1))
    assert world.verify(proof) == []


@pytest.mark.parametrize("field", ["certificate", "seal"])
def test_an_entry_that_is_not_the_ledgers_is_not_accepted(world: World, field: str) -> None:
    logged = world.logged(world.certified if field == "certificate" else world.sealed)
    envelope = Envelope.model_validate_json(logged.entry).model_copy(update={"actor": "user:mallory"})
    resealed = logged.model_copy(update={"entry": envelope.sealed().encode().decode()})
    changed = logged.model_copy(update={"entry": envelope.encode().decode()})
    assert world.verify(world.proof(**{field: resealed})) == [field, "ledger"]
    assert world.verify(world.proof(**{field: changed})) == [field, "ledger"]


@pytest.mark.parametrize("entry", ["", "{}", "[1]", "null", '{"v":1}', "\x00"])
def test_an_entry_that_is_no_ledger_message_breaks_its_steps_and_no_more(world: World, entry: str) -> None:
    logged = world.logged(world.sealed).model_copy(update={"entry": entry})
    assert world.verify(world.proof(seal=logged)) == ["seal", "ledger"]


def test_an_entry_of_another_kind_cannot_smuggle_in_a_certificate(world: World) -> None:
    sequence = world.ledger.append("loans", certificate(), kind="model", service="registry")
    world.sealed = world.seal()
    assert world.verify(world.proof(certificate=world.logged(sequence))) == ["certificate"]


def test_the_seal_and_the_certificate_cannot_stand_in_for_each_other(world: World) -> None:
    proof = world.proof(certificate=world.logged(world.sealed), seal=world.logged(world.certified))
    assert world.verify(proof) == ["certificate", "seal"]


def test_a_checkpoint_by_another_key_proves_nothing(world: World) -> None:
    another = Signer(b"x" * 32).verifier(world.ledger.key.name)
    assert world.verify(world.proof(), key=another) == ["ledger", "checkpoint"]


def test_a_checkpoint_that_is_no_note_proves_nothing(world: World) -> None:
    assert world.verify(world.proof(checkpoint="a fine tree, believe me")) == ["ledger", "checkpoint"]


def test_a_checkpoint_from_before_the_seal_does_not_cover_it(world: World) -> None:
    assert world.verify(world.proof(checkpoint=world.ledger.checkpoint(2))) == ["ledger"]


def test_the_checkpoint_of_an_empty_log_covers_nothing(world: World) -> None:
    assert world.verify(world.proof(checkpoint=world.ledger.checkpoint(0))) == ["ledger"]


@pytest.mark.parametrize(("field", "step"), [("in_batch", "leaf"), ("in_seal", "seal")])
def test_a_bent_place_breaks_its_step(world: World, field: str, step: str) -> None:
    proof = world.proof()
    whole: Place = getattr(proof, field)
    bent = [whole.model_copy(update=change) for change in ({"index": whole.index ^ 1}, {"size": whole.size + 1})]
    for at in range(len(whole.path)):
        path = (*whole.path[:at], "00" * 32, *whole.path[at + 1 :])
        bent.append(whole.model_copy(update={"path": path}))
    for each in bent:
        assert world.verify(proof.model_copy(update={field: each})) == [step]


def test_a_path_that_is_not_of_hashes_is_refused_when_it_is_read() -> None:
    with pytest.raises(ValidationError):
        Place(index=0, size=2, path=("00",))
