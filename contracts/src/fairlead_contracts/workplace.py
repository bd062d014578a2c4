"""What the deployer lends its targets."""

from pathlib import Path
from typing import Protocol

from fairlead_contracts.bundle import Bundle
from fairlead_contracts.names import Digest
from fairlead_contracts.targets import ReplicaPlan


class Workplace(Protocol):
    """What the deployer lends a target: where it may keep files, and what a replica's bundle is made of."""

    @property
    def home(self) -> Path:
        """The data directory; a target keeps its files under `replicas/`, and its logs under `logs/`."""
        ...

    def bundle(self, plan: ReplicaPlan) -> Bundle:
        """What the replica is to serve. Raises: NotFoundError when the version is gone."""
        ...

    async def fetch(self, digest: Digest, path: Path) -> None:
        """Write an artifact to a file, its digest checked. Raises: UnavailableError, DigestMismatchError."""
        ...

    def credentials(self, replica: str) -> str:
        """NATS credentials with which the replica of this name may send its own telemetry, and nothing else."""
        ...
