"""Receipts: a leaf for each answer, and batches of leaves under a root that the replica signs."""

import hashlib
from base64 import b64encode
from datetime import datetime

from fairlead_chassis.signing import Signer
from fairlead_contracts.bundle import Bundle
from fairlead_contracts.evidence.issuing import ReceiptTemplate
from fairlead_contracts.evidence.merkle import Tree, leaf_hash
from fairlead_contracts.evidence.receipts import BatchRoot, Served, token

BATCH_LEAVES = 10_000


class Receipts:
    """The leaves since the last batch, and the key, made at the replica's start, that signs their roots."""

    def __init__(self, bundle: Bundle, epoch: str) -> None:
        plan = bundle.plan
        self.replica, self.epoch = plan.replica, epoch
        self._signer = Signer.generate()
        self._leaves: list[bytes] = []
        self._rate, self._owed = bundle.serving.receipts, 0.0
        self._template = ReceiptTemplate(
            Served(
                project=plan.project, deployment=plan.deployment, revision=plan.revision, replica=plan.replica,
                model=plan.model, version=plan.version, version_digest=plan.digest, schema_digest=bundle.schema_digest,
            )
        )  # fmt: skip

    @property
    def public_key(self) -> str:
        """The key that verifies this replica's batches, in base64."""
        return b64encode(self._signer.public_key).decode()

    def due(self) -> bool:
        """Whether the next answer has a receipt: of every so many one, as the rate says."""
        if self._rate >= 1.0:
            return True
        self._owed += self._rate
        if self._owed < 1.0:
            return False
        self._owed -= 1.0
        return True

    def make(self, id_: str, moment: datetime, body: bytes, outputs: bytes) -> str:
        """The receipt of one answer, as its token: over the request's body and the answer's outputs, as bytes."""
        leaf = self._template.leaf(id_, moment, _sha256(body), _sha256(outputs))
        self._leaves.append(leaf_hash(leaf))
        return token(leaf)

    def take(self) -> list[list[bytes]]:
        """Batches of leaf hashes, and begin anew."""
        leaves, self._leaves = self._leaves, []
        return [leaves[start : start + BATCH_LEAVES] for start in range(0, len(leaves), BATCH_LEAVES)]

    def sign(self, sequence: int, leaves: list[bytes]) -> BatchRoot:
        """The signed root of a batch."""
        return BatchRoot.signed(self.replica, self.epoch, sequence, Tree(leaves), self._signer.sign)


def _sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
