"""Messages of telemetry with who sent them: what the bus vouches for, not what the body says."""

from dataclasses import dataclass

from fairlead_chassis.bus.follow import RawMessage
from fairlead_chassis.chassis import Chassis
from fairlead_contracts.facts.deployer import ReplicaCertified
from fairlead_contracts.messages import ACTUALS, LEDGER
from fairlead_contracts.values import micros

from fairlead_monitor.partitions.places import partition_of

_PATIENCE = 10.0


@dataclass(frozen=True)
class Sender:
    """Whose telemetry a subject carries. `replica` is None for actuals, and where no such replica was certified."""

    name: str
    project: str = ""
    deployment: str = ""
    replica: ReplicaCertified | None = None
    baseline: str = ""

    @property
    def partition(self) -> int:
        """Where it is counted, or refused."""
        return partition_of(self.project or self.name, self.deployment)


@dataclass(frozen=True)
class Letter:
    """One message of a stream. `time`: when the stream took it, in microseconds since 1970."""

    stream: str
    sequence: int
    time: int
    subject: str
    data: bytes
    sender: Sender


class Senders:
    """The replicas that the ledger knows."""

    def __init__(self, chassis: Chassis) -> None:
        self._chassis = chassis
        self._known: dict[str, Sender] = {}

    async def letter(self, stream: str, message: RawMessage) -> Letter:
        """The message with its sender. Raises: UnavailableError while the ledger cannot be asked."""
        sender = await self._sender(stream, message.subject.split(".", 2)[2])
        time = micros(message.time)
        return Letter(stream, message.sequence, time, message.subject, message.data, sender)

    async def _sender(self, stream: str, name: str) -> Sender:
        if name in self._known:
            return self._known[name]
        sender = self._of_actuals(name) if stream == ACTUALS else await self._of_replica(name)
        if sender.project:
            self._known[name] = sender
        return sender

    def _of_actuals(self, name: str) -> Sender:
        project, _, deployment = name.partition(".")
        return Sender(name, project, deployment)

    async def _of_replica(self, name: str) -> Sender:
        certified = self._chassis.part.replica(name)
        if certified is None:
            # Its certificate may be on the ledger and not here yet.
            await self._chassis.view.reach(await self._chassis.bus.last_sequence(LEDGER), _PATIENCE)
            certified = self._chassis.part.replica(name)
        if certified is None:
            return Sender(name)
        version = self._chassis.part.version(certified.project, certified.model, certified.version)
        return Sender(name, certified.project, certified.deployment, certified, version.baseline)
