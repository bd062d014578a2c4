"""The routing table of each deployment, kept from the stream; the last one holds through outages."""

import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import structlog
from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import NotFoundError, UnavailableError
from fairlead_contracts.messages import ROUTES
from fairlead_contracts.routes import RouteReplica, RouteTable
from pydantic import ValidationError

IN_FLIGHT = 256
"""Requests that one replica gets at once; what is beyond goes to others, or is shed."""
OUT, OUT_AT_MOST, ERRORS = 2.0, 30.0, 5
"""Seconds of the first and of the longest ejection, and the errors in a row that lead to one."""
log = structlog.get_logger()


@dataclass(eq=False)
class Upstream:
    """A replica with the requests that it is answering now."""

    replica: RouteReplica
    in_flight: int = 0
    asked: int = 0
    failures: int = 0
    """Failures in a row: broken or refused connections, and errors of the server."""
    out_until: float = 0.0
    """Until when, on the monotonic clock, others are asked first."""

    @property
    def full(self) -> bool:
        """Whether it answers as many requests at once as it is given."""
        return self.in_flight >= IN_FLIGHT

    def failed(self) -> None:
        """It could not be reached, or broke off: others come first for a while, for longer each time."""
        self.failures += 1
        self.out_until = time.monotonic() + min(OUT * 2.0 ** (self.failures - 1), OUT_AT_MOST)

    def answered(self, *, well: bool) -> None:
        """It answered; many errors of its own in a row put it behind the others too."""
        if well:
            self.failures, self.out_until = 0, 0.0
            return
        self.failures += 1
        if self.failures >= ERRORS:
            self.out_until = time.monotonic() + min(OUT * 2.0 ** (self.failures - ERRORS), OUT_AT_MOST)


class Routes:
    """Who answers for a deployment, and who scores in the shadow."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str], RouteTable] = {}
        self._upstreams: dict[str, Upstream] = {}

    @classmethod
    @contextlib.asynccontextmanager
    async def follow(cls, chassis: Chassis) -> AsyncIterator["Routes"]:
        """Routes that follow the stream; on entering, every table that stands is known."""
        routes = cls()
        async with chassis.bus.last_of_each(ROUTES, routes.take):
            yield routes

    def take(self, data: bytes) -> None:
        """Put a table into force, unless a newer one is."""
        try:
            table = RouteTable.model_validate_json(data)
        except ValidationError:
            log.error("a routing table that cannot be read was left out")
            return
        key = (table.project, table.deployment)
        current = self._tables.get(key)
        if current is None or table.fence >= current.fence:
            self._tables[key] = table
            self._forget_gone()

    def _forget_gone(self) -> None:
        named = {each.address: each for table in self._tables.values() for each in table.replicas}
        kept = {address: self._upstreams[address] for address in named.keys() & self._upstreams.keys()}
        self._upstreams = {address: kept.get(address) or Upstream(each) for address, each in named.items()}

    def deployments(self, project: str) -> list[RouteTable]:
        """The tables of a project's deployments that have any replica, by name."""
        found = [table for (owner, _), table in self._tables.items() if owner == project and table.replicas]
        return sorted(found, key=lambda each: each.deployment)

    def champions(self, project: str, deployment: str, version: str | None = None) -> list[Upstream]:
        """The replicas that answer, least loaded first, those that failed last; of one version where it is named.

        Raises: NotFoundError for a deployment without a table, or a version that does not answer there;
        UnavailableError when no replica serves.
        """
        table = self._tables.get((project, deployment))
        if table is None:
            raise NotFoundError(f"No deployment {deployment} in project {project}.")
        found = self._of(table, "champion")
        if not found:
            raise UnavailableError(f"No replica of {deployment} serves at the moment; retry.")
        if version is not None:
            serving = sorted({each.replica.version for each in found})
            found = [each for each in found if str(each.replica.version) == version]
            if not found:
                told = ", ".join(map(str, serving))
                raise NotFoundError(f"{deployment} answers with version {told}, and not with the one that you name.")
        if len(found) == 1:
            return found
        now = time.monotonic()
        return sorted(found, key=lambda each: (each.out_until > now, each.in_flight, each.asked))

    def challengers(self, project: str, deployment: str) -> Sequence[Upstream]:
        """One replica of each challenger."""
        table = self._tables.get((project, deployment))
        found = self._of(table, "challenger") if table else []
        one_each = {(each.replica.model, each.replica.version): each for each in found}
        return list(one_each.values())

    def _of(self, table: RouteTable, role: str) -> list[Upstream]:
        return [self._upstreams[each.address] for each in table.replicas if each.role == role]
