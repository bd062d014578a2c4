"""A token is its owner's until it expires or is revoked; anything else gets the same answer."""

import sqlite3
from datetime import datetime, timedelta, tzinfo
from typing import Any

import pytest
from fairlead_chassis import identity
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
    UserCreated,
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


def test_a_token_that_was_used_and_is_revoked_then_is_over_at_once(access: Access) -> None:
    id_, whole = token(access)
    assert access.authenticate(whole) == "user:ada"
    told(access, TokenRevoked(principal="user:ada", token=id_))
    with pytest.raises(UnauthenticatedError):
        access.authenticate(whole)


def test_a_token_expires_between_two_uses(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    _, whole = token(access, expires=now() + timedelta(hours=1))
    assert access.authenticate(whole) == "user:ada"
    monkeypatch.setattr(identity, "datetime", _Later)
    with pytest.raises(UnauthenticatedError):
        access.authenticate(whole)


class _Later(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "_Later":  # type: ignore[override]  # of datetime, as the clock is
        return super().now(tz) + timedelta(hours=2)


def test_a_token_that_was_unknown_is_its_owners_once_it_is_made(access: Access) -> None:
    id_, whole, secret_hash = mint()
    with pytest.raises(UnauthenticatedError):
        access.authenticate(whole)
    told(access, TokenCreated(token=id_, principal="user:ada", secret_hash=secret_hash))
    assert access.authenticate(whole) == "user:ada"


def test_a_principal_is_at_home_where_it_was_made(access: Access) -> None:
    assert access.home("user:ada") == "default"
    told(access, UserCreated(principal="user:ada", home="risk"))
    assert access.home("user:ada") == "risk"


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
