"""Nobody gets more than was given: not through groups, relations, other projects, or the names of services."""

import asyncio
from typing import Any

import pytest
from access.conftest import person
from chassis.copies import ADMIN, Copy
from fairlead_contracts.errors import (
    AlreadyExistsError,
    FairleadError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    RefusedError,
)
from fairlead_contracts.operations import access as ops


@pytest.fixture
async def granter(access: Copy) -> str:
    """Somebody who administers project `a`, and nothing else."""
    for name in ("a", "b"):
        await access.ask(ops.CREATE_PROJECT, name=name)
    return await person(access, "user:granter", "role:admin", project="a")


@pytest.mark.parametrize("project", ["b", "*", "default"])
async def test_rights_to_grant_in_one_project_grant_nothing_elsewhere(access: Copy, granter: str, project: str) -> None:
    fields: dict[str, Any] = {"project": project, "principal": granter, "role": "role:viewer"}
    for operation in (ops.CREATE_BINDING, ops.DELETE_BINDING):
        with pytest.raises((ForbiddenError, NotFoundError)):
            await access.ask(operation, granter, **fields)
    assert access.chassis.access.roles(granter, project) == frozenset()


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        (ops.CREATE_USER, {"principal": "user:new"}), (ops.CREATE_GROUP, {"group": "new"}),
        (ops.ADD_GROUP_MEMBER, {"group": "heads", "member": "user:granter"}),
        (ops.CREATE_TOKEN, {"principal": ADMIN}), (ops.LIST_TOKENS, {"principal": ADMIN}),
        (ops.APPLY_POLICY, {"model": "", "rules": ""}), (ops.CREATE_PROJECT, {"name": "c"}), (ops.LIST_USERS, {}),
    ],
    ids=lambda each: getattr(each, "name", ""),
)  # fmt: skip
async def test_the_administrator_of_a_project_changes_nothing_that_belongs_to_none(
    access: Copy, granter: str, operation: Any, fields: dict[str, Any]
) -> None:
    await access.ask(ops.CREATE_GROUP, group="heads")
    await access.ask(ops.CREATE_BINDING, project="*", principal="group:heads", role="role:admin")
    with pytest.raises(ForbiddenError):
        await access.ask(operation, granter, **fields)
    assert access.chassis.access.roles(granter, "*") == frozenset()


@pytest.mark.parametrize("role", ["role:owner", "role:author"])
async def test_a_relation_cannot_be_given(access: Copy, role: str) -> None:
    ada = await person(access, "user:ada")
    with pytest.raises(InvalidRequestError, match="never given"):
        await access.ask(ops.CREATE_BINDING, project="*", principal=ada, role=role)


@pytest.mark.parametrize("service", ["deployer", "audit", "gateway", "access", "registry", "monitor"])
async def test_nobody_becomes_a_service_of_fairleads_own(access: Copy, service: str) -> None:
    with pytest.raises(RefusedError, match="own"):
        await access.ask(ops.CREATE_USER, principal=f"service:{service}")


async def test_a_group_has_no_groups_tokens_or_account(access: Copy) -> None:
    for name in ("inner", "outer"):
        await access.ask(ops.CREATE_GROUP, group=name)
    for operation, fields in (
        (ops.ADD_GROUP_MEMBER, {"group": "outer", "member": "group:inner"}),
        (ops.CREATE_TOKEN, {"principal": "group:inner"}), (ops.CREATE_USER, {"principal": "group:third"}),
    ):  # fmt: skip
        with pytest.raises(InvalidRequestError):
            await access.ask(operation, **fields)


@pytest.mark.parametrize("fields", [{"principal": "user:nosuch"}, {"role": "role:nosuch"}, {"project": "nosuch"}])
async def test_what_is_not_there_gets_and_is_given_no_role(access: Copy, fields: dict[str, str]) -> None:
    ada = await person(access, "user:ada")
    with pytest.raises(NotFoundError, match="nosuch"):
        await access.ask(
            ops.CREATE_BINDING, **{"project": "default", "principal": ada, "role": "role:viewer", **fields}
        )


async def test_everyone_makes_their_own_tokens_and_nobody_elses(access: Copy) -> None:
    ada, bob = await person(access, "user:ada"), await person(access, "user:bob", "role:operator")
    made = await access.ask(ops.CREATE_TOKEN, ada, principal=ada)
    assert access.chassis.access.authenticate(made.secret) == ada
    with pytest.raises(ForbiddenError):
        await access.ask(ops.CREATE_TOKEN, bob, principal=ada)
    with pytest.raises(FairleadError):
        await access.ask(ops.REVOKE_TOKEN, bob, principal=ada, token=made.fact.token)
    with pytest.raises(NotFoundError):
        await access.ask(ops.REVOKE_TOKEN, bob, principal=bob, token=made.fact.token)
    assert access.chassis.access.authenticate(made.secret) == ada


async def test_a_token_creation_that_is_tried_again_shows_no_second_secret(access: Copy) -> None:
    ada = await person(access, "user:ada")
    tries = (access.ask(ops.CREATE_TOKEN, ada, id_="once", principal=ada) for _ in range(5))
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert len([each for each in done if isinstance(each, AlreadyExistsError)]) == 4
    assert len((await access.ask(ops.LIST_TOKENS, principal=ada)).items) == 1
