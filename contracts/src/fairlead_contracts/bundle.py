"""What the deployer hands a replica: a read-only folder, and what the replica writes back into its own."""

from pathlib import Path

from fairlead_contracts.adapters import ModelCard, Signature
from fairlead_contracts.facts.registry import File
from fairlead_contracts.facts.serving import ServingOptions
from fairlead_contracts.names import Digest
from fairlead_contracts.targets import ReplicaPlan
from fairlead_contracts.values import Instant, Message

BUNDLE_FILE = "bundle.json"
STATE_FILE = "state.json"
ARTIFACTS = "artifacts"
BASELINE_FILE = "baseline.json"
CREDENTIALS_FILE = "nats.creds"


class Bundle(Message):
    """Everything that a replica needs; it asks the control plane nothing."""

    plan: ReplicaPlan
    files: tuple[File, ...]
    card: ModelCard
    signature: Signature
    schema_digest: Digest
    baseline: Digest
    nats_url: str
    host: str = "127.0.0.1"
    serving: ServingOptions = ServingOptions()
    environment: str | None = None
    """The folder of the Python environment that the model's worker runs in; without one, the replica's own."""

    @property
    def runs_apart(self) -> bool:
        """Whether the model runs in a child worker."""
        return self.card.trust == "code" or self.environment is not None

    @classmethod
    def read(cls, folder: Path) -> "Bundle":
        """The bundle in a replica's folder."""
        return cls.model_validate_json((folder / BUNDLE_FILE).read_bytes())


class ReplicaState(Message):
    """What a replica says of itself once it is ready, or why it never will be."""

    pid: int
    started: Instant
    epoch: str
    public_key: str
    address: str | None = None
    grpc: str | None = None
    """`HOST:PORT` where it answers gRPC, if it does."""
    error: str | None = None
    healthy: bool = True
    trouble: str = ""
    """What went wrong lately, in words; `healthy` is False while the model is not asked because of it."""
