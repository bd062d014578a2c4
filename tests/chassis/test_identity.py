"""A token is its owner's until it expires or is revoked; anything else gets the same answer."""

import sqlite3
from datetime import timedelta
from typing import Any

import pytest
from fairlead_chassis.identity import Access, mint
from fairlead_contracts.errors import UnauthenticatedError
from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.access import (
    GroupCreated,
    GroupMemberAdded,
    GroupMemberRemoved,
    RoleBound,
    RoleUnbound,
    TokenCreated,
    TokenRevoked,
)
from fairlead_contracts.ledger import Entry
from fairlead_contracts.values import now


@pytest.fixture
def access() -> Access:
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript(Access.schema)
    return Access(db)


def told(access: Access, *facts: Fact) -> None:
    for sequence, fact in enumerate(facts, 1):
        fields: dict[str, Any] = {"sequence": sequence, "time": now(), "subject": "", "hash": "", "body": b""}
        access.apply(fact, Entry.model_construct(**fields))


def token(access: Access, **fields: Any) -> tuple[str, str]:
    id_, whole, secret_hash = mint()
    told(access, TokenCreated(token=id_, principal="user:ada", secret_hash=secret_hash, **fields))
    return id_, whole


def test_a_token_is_its_owners(access: Access) -> None:
    _, whole = token(access, expires=now() + timedelta(hours=1))
    assert access.authenticate(whole) == "user:ada"


def test_only_a_hash_of_it_is_kept(access: Access) -> None:
    _, whole = token(access)
    assert whole.split("_", 2)[2] not in str(access.db.execute("SELECT * FROM tokens").fetchall())


def test_expired_revoked_wrong_and_unknown_ones_get_the_same_answer(access: Access) -> None:
    _, expired = token(access, expires=now() - timedelta(seconds=1))
    id_, revoked = token(access)
    told(access, TokenRevoked(principal="user:ada", token=id_))
    _, good = token(access)
    answers = set()
    for each in (expired, revoked, good[:-1], good + "x", "fl_0000000000000000_x", "", "fl__", "nonsense"):
        with pytest.raises(UnauthenticatedError) as caught:
            access.authenticate(each)
        answers.add(caught.value.detail)
    assert len(answers) == 1


def test_roles_come_from_oneself_and_ones_groups_here_and_everywhere(access: Access) -> None:
    told(
        access, GroupCreated(group="risk"), GroupMemberAdded(group="risk", member="user:ada"),
        RoleBound(principal="group:risk", role="role:approver", domain="default"),
        RoleBound(principal="user:ada", role="role:viewer", domain="*"),
    )  # fmt: skip
    assert access.roles("user:ada", "default") == {"role:approver", "role:viewer"}
    assert access.roles("user:ada", "other") == {"role:viewer"}
    told(access, GroupMemberRemoved(group="risk", member="user:ada"))
    assert access.roles("user:ada", "default") == {"role:viewer"}
    told(access, RoleUnbound(principal="user:ada", role="role:viewer", domain="*"))
    assert not access.knows("user:ada", "default")


def test_before_there_is_a_policy_nobody_may_anything(access: Access) -> None:
    told(access, RoleBound(principal="user:ada", role="role:admin", domain="*"))
    assert not access.decide("user:ada", "default", "model:a", "model:get").allowed
