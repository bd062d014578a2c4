"""Receipts: a leaf for each answer, and batches of leaves under a root that the replica signs."""

import hashlib

from fairlead_chassis.signing import Signer
from fairlead_contracts.bundle import Bundle
from fairlead_contracts.evidence.merkle import leaf_hash, root
from fairlead_contracts.evidence.receipts import Receipt, batch_message, leaf_bytes
from fairlead_contracts.values import instant, now

BATCH_LEAVES = 10_000


def _sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


class Receipts:
    """The leaves since the last batch, and the key that signs their roots."""

    def __init__(self, bundle: Bundle, epoch: str) -> None:
        self.bundle = bundle
        self.epoch = epoch
        self.signer = Signer.generate(bundle.plan.replica)
        self._leaves: list[bytes] = []

    def make(self, id_: str, body: bytes, outputs: bytes) -> str:
        """The receipt of one answer, as its token: over the request's body and the answer's outputs, as bytes."""
        plan = self.bundle.plan
        receipt = Receipt(
            id=id_, time=instant(now()), project=plan.project, deployment=plan.deployment, revision=plan.revision,
            replica=plan.replica, epoch=self.epoch, model=plan.model, version=plan.version, digest=plan.digest,
            schema_digest=self.bundle.schema_digest, input_digest=_sha256(body), output_digest=_sha256(outputs),
        )  # fmt: skip
        self._leaves.append(leaf_hash(leaf_bytes(receipt)))
        return receipt.to_token()

    def take(self) -> list[tuple[list[bytes], bytes]]:
        """Batches of leaf hashes with their roots, and begin anew."""
        leaves, self._leaves = self._leaves, []
        batches = [leaves[start : start + BATCH_LEAVES] for start in range(0, len(leaves), BATCH_LEAVES)]
        return [(batch, root(batch)) for batch in batches]

    def sign(self, sequence: int, size: int, root_hash: bytes) -> str:
        """The signature over a batch's place and root, in hex."""
        return self.signer.sign(batch_message(self.bundle.plan.replica, self.epoch, sequence, size, root_hash)).hex()
