"""Fairlead always has an administrator: no order of changes, however concurrent, locks everybody out."""

import asyncio
from typing import Any

import pytest
from access.conftest import person
from chassis.copies import ADMIN, Copy, running
from fairlead_access.service import SERVICE
from fairlead_contracts.errors import RefusedError
from fairlead_contracts.operations import access as ops

EVERYWHERE: dict[str, Any] = {"project": "*", "role": "role:admin"}


def administrators(access: Copy) -> set[str]:
    """Who may do anything anywhere, groups resolved."""
    found = access.chassis.access
    known = [row[0] for row in found.db.execute("SELECT principal FROM users")]
    return {each for each in known if "role:admin" in found.roles(each, "*")}


async def in_charge(access: Copy, principal: str) -> None:
    """Another administrator."""
    await person(access, principal, "role:admin", project="*")


async def test_the_only_one_keeps_the_role(access: Copy) -> None:
    with pytest.raises(RefusedError, match="last administrator"):
        await access.ask(ops.DELETE_BINDING, principal=ADMIN, **EVERYWHERE)


async def test_an_empty_group_is_nobody(access: Copy) -> None:
    await access.ask(ops.CREATE_GROUP, group="empty")
    await access.ask(ops.CREATE_BINDING, principal="group:empty", **EVERYWHERE)
    with pytest.raises(RefusedError, match="last administrator"):
        await access.ask(ops.DELETE_BINDING, principal=ADMIN, **EVERYWHERE)


async def test_the_last_member_stays_in_the_group_that_administers(access: Copy) -> None:
    await person(access, "user:ada")
    await access.ask(ops.CREATE_GROUP, group="heads")
    await access.ask(ops.ADD_GROUP_MEMBER, group="heads", member="user:ada")
    await access.ask(ops.CREATE_BINDING, principal="group:heads", **EVERYWHERE)
    await access.ask(ops.DELETE_BINDING, principal=ADMIN, **EVERYWHERE)
    with pytest.raises(RefusedError, match="last administrator"):
        await access.ask(ops.REMOVE_GROUP_MEMBER, "user:ada", group="heads", member="user:ada")
    assert administrators(access) == {"user:ada"}


async def test_two_who_take_the_role_from_each_other_at_once_do_not_both_succeed(bus_server: Any) -> None:
    async with running(SERVICE, bus_server) as one, running(SERVICE, bus_server, "1") as other:
        await in_charge(one, "user:ada")
        await other.caught_up()
        done = await asyncio.gather(
            one.ask(ops.DELETE_BINDING, ADMIN, principal="user:ada", **EVERYWHERE),
            other.ask(ops.DELETE_BINDING, "user:ada", principal=ADMIN, **EVERYWHERE),
            return_exceptions=True,
        )
        await one.caught_up()
        assert [isinstance(each, Exception) for each in done].count(True) == 1
        assert len(administrators(one)) == 1


async def test_a_restart_does_not_give_back_what_was_taken(bus_server: Any) -> None:
    async with running(SERVICE, bus_server) as access:
        await in_charge(access, "user:ada")
        await access.ask(ops.DELETE_BINDING, "user:ada", principal=ADMIN, **EVERYWHERE)
    async with running(SERVICE, bus_server) as access:
        assert administrators(access) == {"user:ada"}
