"""The shipped policy decides as policies/decisions.yaml says, by the index and by Casbin alike."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from fairlead_chassis.policy import shipped
from fairlead_chassis.policy.index import Asked, compile_rules
from fairlead_chassis.policy.rules import PolicyError, Rules
from fairlead_contracts.operations.catalogue import ACTIONS

FOLDER = Path(__file__).parents[2] / "policies"
RULES = Rules.parse((FOLDER / "policy.csv").read_text(), ACTIONS)
INDEX = compile_rules(RULES, 1)
ROWS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "decisions.yaml").read_text())


def allowed(roles: list[str], action: str, resource: str, principal: str = "user:someone") -> bool:
    asked = Asked(principal=principal, project="default", resource=resource, action=action)
    return INDEX.decide(asked, frozenset(roles)).allowed


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['who']} {row['action']}")
def test_a_row_of_the_decisions_holds(row: dict[str, Any]) -> None:
    who = row["who"].split("+")
    principal = who[0] if who[0].startswith("service:") else "user:someone"
    roles = [each for each in who if each.startswith("role:")]
    assert allowed(roles, row["action"], row["resource"], principal) == (row["expect"] == "allow")


def test_every_action_has_a_row() -> None:
    assert {row["action"] for row in ROWS} == set(ACTIONS)


def test_the_shipped_files_are_the_ones_in_policies() -> None:
    assert shipped.text("policy.csv") == (FOLDER / "policy.csv").read_text()
    assert shipped.text("model.conf") == (FOLDER / "model.conf").read_text()


@pytest.mark.parametrize("role", ["role:admin", "role:approver", "role:trusted-publisher", "role:operator"])
def test_no_author_approves_their_own_version_whatever_else_they_are(role: str) -> None:
    assert not allowed([role, "role:author"], "version:approve", "version:loans/1")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("p, role:x, *, *, model:get, Deny", "effect"), ("p, role:x, *, *, model:get", "columns"),
        ("p, alice, *, *, model:get, allow", "subject"), ("p, , *, *, model:get, allow", "subject"),
        ("p, role:x, de fault, *, model:get, allow", "project"),
        ("p, role:x, *, models/a, model:get, allow", "object"),
        ("p, role:x, *, *, model:fly, allow", "action"),
        ("q, role:x", "p (a rule)"), ("g, user:a, role:b", "two roles"),
    ],
)  # fmt: skip
def test_a_line_that_does_not_mean_what_it_seems_to_is_refused_with_its_number(line: str, why: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Rules.parse(f"# a comment\n{line}\n", ACTIONS)
    assert "line 2" in caught.value.detail
    assert why in caught.value.detail


@pytest.mark.parametrize(
    ("pattern", "object_", "covered"),
    [
        ("version:*", "version:loans/1", True), ("version:loans/*", "version:loans/1", True),
        ("version:loan/*", "version:loans/1", False), ("model:a", "model:a/../../admin", False),
        ("model:*", "version:a/1", False), ("model:a.c", "model:abc", False),
    ],
)  # fmt: skip
def test_an_object_pattern_covers_no_more_than_it_says(pattern: str, object_: str, covered: bool) -> None:
    rules = Rules.parse(f"p, role:x, *, {pattern}, model:get, allow")
    asked = Asked(principal="user:a", project="default", resource=object_, action="model:get")
    assert compile_rules(rules, 1).decide(asked, frozenset(["role:x"])).allowed == covered


def test_a_denial_names_what_is_missing_and_who_has_it() -> None:
    asked = Asked(principal="user:vera", project="default", resource="deployment:loans", action="deployment:deploy")
    missing = INDEX.decide(asked, frozenset(["role:viewer"])).missing or ""
    assert "user:vera lacks deployment:deploy on deployment:loans in project default" in missing
    assert "role:operator" in missing


def test_a_user_who_is_called_like_a_role_has_no_role() -> None:
    assert not allowed([], "policy:apply", "policy:*", principal="user:admin")
