"""What a deployment target provides: starting, watching and stopping replicas."""

from typing import Literal, Protocol

from fairlead_contracts.limits import Limits
from fairlead_contracts.names import Digest
from fairlead_contracts.values import Instant, Message

Phase = Literal["starting", "ready", "draining", "failed", "gone"]


class ReplicaPlan(Message):
    """One replica that should run: which version of which deployment's revision, in which role."""

    replica: str
    target: str
    project: str
    deployment: str
    revision: int
    model: str
    version: int
    digest: Digest
    role: Literal["champion", "challenger"]
    limits: Limits = Limits()


class ObservedReplica(Message):
    """One replica as its target sees it now."""

    plan: ReplicaPlan
    phase: Phase
    address: str | None = None
    public_key: str | None = None
    epoch: str | None = None
    pid: int | None = None
    started: Instant | None = None
    healthy: bool = True
    """False: it runs, but its model keeps failing; `detail` says how."""
    detail: str = ""


class Target(Protocol):
    """Where replicas run. Every call may be repeated; the deployer decides again from what `observe` says."""

    @property
    def name(self) -> str:
        """A short lower-case name, unique among the installed targets."""
        ...

    async def observe(self) -> list[ObservedReplica]:
        """Every replica of this installation that the target knows, whoever started it."""
        ...

    async def start(self, plan: ReplicaPlan) -> None:
        """Start a replica; starting one that runs already changes nothing."""
        ...

    async def drain(self, replica: str) -> None:
        """Let a replica finish what it has, flush its telemetry, and end."""
        ...

    async def remove(self, replica: str) -> None:
        """Forget a replica that is gone, with its files."""
        ...
