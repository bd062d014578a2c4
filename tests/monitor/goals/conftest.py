"""A copy of the monitor that knows a deployment `loans` of a classifier."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from chassis.copies import Copy, running
from fairlead_access.service import SERVICE as ACCESS
from fairlead_chassis.bootstrap import append_as_service
from fairlead_contracts.facts.deployer import RolloutEnded
from fairlead_deployer.service import SERVICE as DEPLOYER
from fairlead_monitor.service import SERVICE
from fairlead_registry.service import SERVICE as REGISTRY
from monitor.goals.world import AT, World, revision_fact, version_fact


@pytest.fixture
async def access(bus_server: Any) -> AsyncIterator[Copy]:
    """A copy of access, which makes the policy and the administrator."""
    async with running(ACCESS, bus_server) as copy:
        yield copy


@pytest.fixture
async def world(access: Copy, bus_server: Any) -> AsyncIterator[World]:
    """A ledger with a version and a deployment that serves with revision 1."""
    async with running(REGISTRY, bus_server) as registry, running(DEPLOYER, bus_server) as deployer:
        made = World(registry, deployer)
        await append_as_service(registry.chassis, version_fact(), "default", "Loans")
        await made.append(revision_fact(), RolloutEnded(**AT, revision=1, outcome="completed"))
        yield made


@pytest.fixture
async def monitor(world: World, bus_server: Any) -> AsyncIterator[Copy]:
    """A copy of the monitor."""
    async with running(SERVICE, bus_server) as copy:
        yield copy
