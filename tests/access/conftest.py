"""A copy of access in this process, and people with roles."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from chassis.copies import Copy, running
from fairlead_access.service import SERVICE
from fairlead_contracts.operations import access as ops


@pytest.fixture
async def access(bus_server: Any) -> AsyncIterator[Copy]:
    """A copy of access after its first start."""
    async with running(SERVICE, bus_server) as copy:
        yield copy


async def person(access: Copy, principal: str, *roles: str, project: str = "default") -> str:
    """A new user or service account with these roles in a project."""
    await access.ask(ops.CREATE_USER, principal=principal)
    for role in roles:
        await access.ask(ops.CREATE_BINDING, project=project, principal=principal, role=role)
    return principal
