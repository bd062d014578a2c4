"""What a running service stands on; its handlers, tasks and preparations are given it."""

import asyncio
import functools
from typing import Any, Protocol

import structlog
from fairlead_contracts.operations import Operation
from pydantic import BaseModel

from fairlead_chassis.bus.connection import Bus
from fairlead_chassis.identity import Access
from fairlead_chassis.ledger.appending import Ledger
from fairlead_chassis.natsd.credentials import ReplicaSigner
from fairlead_chassis.objects.claims import Claims
from fairlead_chassis.objects.disk import Disk
from fairlead_chassis.objects.store import ObjectStore
from fairlead_chassis.part import Part
from fairlead_chassis.settings import Settings
from fairlead_chassis.view import View


class Act(Protocol):
    """Performs a change in the name of the service itself."""

    async def __call__(self, operation: Operation[Any, Any], request: BaseModel, cause: int | None = None) -> Any:
        """The change's reply. Raises: the FairleadError."""
        ...


class Chassis:
    """Bus, view, ledger, objects and settings of one service."""

    change: Act
    """Acts as this service, through the same door as anyone."""
    own: Any = None
    """What the service holds beside its view."""

    def __init__(self, name: str, part: type[Part], given: Settings, bus: Bus) -> None:
        self.name, self.settings, self.home, self.bus = name, given, given.home, bus
        self.view = View(given.home / "views" / name, given.instance, part)
        self.access: Access = self.view.access
        self.part: Any = self.view.part
        self.ledger = Ledger(bus.js, name)
        self.objects = ObjectStore(given.objects or str(given.home / "objects"))
        self.claims = Claims(self.objects)
        self.disk = Disk([given.home, *([self.objects.folder] if self.objects.folder else [])], given.min_free)
        self.stopping = asyncio.Event()
        self.listening = asyncio.Event()
        """Set by a service with a door of its own, once that is open."""
        self.log = structlog.get_logger()

    async def catch_up(self, patience: float) -> bool:
        """Bring the view to the ledger's end. False when it was there already."""
        before, tail = self.view.applied, await self.ledger.tail()
        await self.view.reach(tail, patience)
        return self.view.applied > before or tail > before

    def mint_replica(self, replica: str) -> str:
        """Credentials for a replica, which let it send its own telemetry and nothing else."""
        return self._replica_signer.credentials(replica).dump()

    @functools.cached_property
    def _replica_signer(self) -> ReplicaSigner:
        return ReplicaSigner.load(self.home / "keys" / "nats" / "replica-signer.json")
