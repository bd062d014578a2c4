"""Copies of access, deployer and audit in this process, and replicas that answer, sign and send."""

from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from chassis.copies import Copy, running
from fairlead_access.service import SERVICE as ACCESS
from fairlead_audit.receipts.intake import store_of, take
from fairlead_audit.receipts.store import ReceiptStore
from fairlead_audit.service import SERVICE
from fairlead_chassis.bus.consume import Delivered
from fairlead_chassis.signing import Signer
from fairlead_contracts.evidence.merkle import Tree, leaf_hash
from fairlead_contracts.evidence.receipts import BatchRoot, Receipt
from fairlead_contracts.operations.deployer import CERTIFY_REPLICA, CertifyReplica
from fairlead_contracts.telemetry import ReceiptBatch
from fairlead_deployer.service import SERVICE as DEPLOYER

DIGEST = "sha256:" + "ab" * 32


@dataclass
class Replica:
    """A replica: its key, and the receipts that it gave."""

    name: str
    epoch: str = "first"
    signer: Signer = field(default_factory=lambda: Signer(b"r" * 32))

    def receipt(self, id_: str) -> Receipt:
        """The receipt of one answer."""
        return Receipt(
            project="default", deployment="loans", revision=1, replica=self.name, model="Loans", version=1,
            version_digest=DIGEST, schema_digest=DIGEST, id=id_, time=datetime(2024, 1, 1, tzinfo=UTC),
            input_digest=DIGEST, output_digest=DIGEST,
        )  # fmt: skip

    def batch(self, sequence: int, *receipts: Receipt) -> ReceiptBatch:
        """A signed batch of receipts."""
        leaves = [leaf_hash(each.leaf()) for each in receipts]
        return ReceiptBatch(
            project="default", deployment="loans", revision=1, model="Loans", version=1, role="champion",
            replica=self.name, epoch=self.epoch, sequence=sequence, leaves=tuple(leaf.hex() for leaf in leaves),
            batch=BatchRoot.signed(self.name, self.epoch, sequence, Tree(leaves), self.signer.sign),
        )  # fmt: skip

    def certificate(self) -> CertifyReplica:
        """What the deployer certifies."""
        return CertifyReplica(
            project="default", replica=self.name, epoch=self.epoch, deployment="loans", revision=1, model="Loans",
            version=1, digest=DIGEST, public_key=b64encode(self.signer.public_key).decode(),
        )  # fmt: skip


def arrive(store: ReceiptStore, *batches: ReceiptBatch | bytes) -> None:
    """Batches come in, in one delivery."""
    bodies = [each if isinstance(each, bytes) else each.model_dump_json().encode() for each in batches]
    take(store, [Delivered(body, sequence) for sequence, body in enumerate(bodies, 1)])


@pytest.fixture
async def access(bus_server: Any) -> AsyncIterator[Copy]:
    """A copy of access, which makes the policy and the administrator."""
    async with running(ACCESS, bus_server) as copy:
        yield copy


@pytest.fixture
async def deployer(access: Copy, bus_server: Any) -> AsyncIterator[Copy]:
    """A copy of deployer that certifies."""
    async with running(DEPLOYER, bus_server) as copy:
        yield copy


@pytest.fixture
async def audit(deployer: Copy, bus_server: Any) -> AsyncIterator[Copy]:
    """A copy of audit."""
    async with running(SERVICE, bus_server) as copy:
        yield copy
        store_of(copy.chassis).db.close()


@pytest.fixture
def store(audit: Copy) -> ReceiptStore:
    """The receipts of the copy of audit."""
    return store_of(audit.chassis)


async def certify(deployer: Copy, audit: Copy, *replicas: Replica) -> None:
    """Their keys go on the ledger, and the audit has seen them."""
    for each in replicas:
        await deployer.chassis.change(CERTIFY_REPLICA, each.certificate())
    await audit.caught_up()


async def proven(audit: Copy, receipts: Sequence[Receipt]) -> list[bool]:
    """Whether each receipt is proven, as anyone who asks is told."""
    from fairlead_contracts.operations.audit import TRACE_RECEIPT

    return [(await audit.ask(TRACE_RECEIPT, receipt=each.to_token())).proven for each in receipts]
