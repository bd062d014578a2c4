"""The deployer's own objects, keys and view, as far as targets need them."""

from pathlib import Path

from fairlead_chassis.chassis import Chassis
from fairlead_contracts.bundle import Bundle
from fairlead_contracts.names import Digest
from fairlead_contracts.targets import ReplicaPlan

from fairlead_deployer.view import DeployerView


class ChassisWorkplace:
    """A `Workplace` on a running deployer."""

    def __init__(self, chassis: Chassis) -> None:
        self._chassis = chassis

    @property
    def home(self) -> Path:
        """The data directory."""
        return self._chassis.home

    def bundle(self, plan: ReplicaPlan) -> Bundle:
        """The plan with what the ledger says of its version."""
        view: DeployerView = self._chassis.part
        version = view.version_fact(plan.project, plan.model, plan.version)
        spec = view.revision(plan.project, plan.deployment, plan.revision).spec
        return Bundle(
            plan=plan, files=version.files, card=version.card, signature=version.signature,
            schema_digest=version.schema_digest, baseline=version.baseline, nats_url=self._chassis.settings.nats_url,
            serving=spec.serving,
        )  # fmt: skip

    async def fetch(self, digest: Digest, path: Path) -> None:
        """From the object store, checked on the way."""
        await self._chassis.objects.fetch(digest, path)

    def credentials(self, replica: str) -> str:
        """Minted with the deployer's scoped key."""
        return self._chassis.mint_replica(replica)
