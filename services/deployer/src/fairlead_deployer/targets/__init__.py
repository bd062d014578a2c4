"""Every target that is installed, as one: a replica is started, drained and removed where it is or should be."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import UnavailableError
from fairlead_contracts.plugins import targets
from fairlead_contracts.targets import ObservedReplica, ReplicaPlan, Target

from fairlead_deployer.targets import process
from fairlead_deployer.targets.workplace import ChassisWorkplace

log = structlog.get_logger()


@dataclass(frozen=True)
class Observed:
    """The replicas that the targets know, and which targets did not answer."""

    replicas: list[ObservedReplica]
    silent: frozenset[str]


class Targets:
    """The installed targets by name, the built-in ones by the same hook as anyone's."""

    def __init__(self, known: Mapping[str, Target]) -> None:
        self._known = known
        self._where: dict[str, str] = {}

    @classmethod
    def installed(cls, chassis: Chassis) -> "Targets":
        """Ask every plugin. Raises: PluginError when one cannot be used."""
        return cls(targets(ChassisWorkplace(chassis), process))

    @property
    def names(self) -> list[str]:
        """What a deployment may name as its target."""
        return sorted(self._known)

    async def observe(self) -> Observed:
        """Look at all. A target that cannot be asked now is named, and hides nobody else's replicas."""
        replicas: list[ObservedReplica] = []
        silent = set()
        for name, target in self._known.items():
            try:
                seen = await target.observe()
            except UnavailableError as error:
                log.warning("a target does not answer", target=name, reason=error.detail)
                silent.add(name)
                continue
            self._where |= {each.plan.replica: name for each in seen}
            replicas += seen
        return Observed(replicas, frozenset(silent))

    async def start(self, plan: ReplicaPlan) -> None:
        """Start a replica on the target that its plan names, over whatever an earlier start left there."""
        target = self._known[plan.target]
        await target.remove(plan.replica)
        await target.start(plan)

    async def drain(self, replica: str) -> None:
        """Drain a replica where it was seen."""
        await self._known[self._where[replica]].drain(replica)

    async def remove(self, replica: str) -> None:
        """Remove a replica where it was seen."""
        await self._known[self._where.pop(replica)].remove(replica)
