"""Facts about telemetry: what was imported in bulk, and the sealed roots of receipts."""

from fairlead_contracts.facts import Fact
from fairlead_contracts.names import Digest, Name


class ActualsImported(Fact):
    """Actuals arrived in bulk: how many, and the digest over them."""

    type, kind = "actuals_imported", "monitor"
    project: Name
    deployment: Name
    rows: int
    digest: Digest


class ReceiptsSealed(Fact):
    """The Merkle root over every batch of receipts since the seal before."""

    type, kind = "receipts_sealed", "receipts"
    root: Digest
    batches: int
    receipts: int
