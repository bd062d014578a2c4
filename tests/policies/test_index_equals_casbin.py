"""The compiled index answers exactly as Casbin does, on random policies, roles and requests."""

from pathlib import Path

import casbin
from fairlead_chassis.policy.index import Asked, compile_rules
from fairlead_chassis.policy.rules import Rule, Rules, covers_action, covers_object
from hypothesis import given, settings
from hypothesis import strategies as st

MODEL = Path(__file__).parents[2] / "policies" / "model.conf"
USERS, ROLES = ("user:ada", "user:vera"), ("role:author", "role:viewer", "role:admin")
PROJECTS = ("default", "other")
OBJECTS = ("model:a", "version:a/1", "version:ab/1", "deployment:a", "policy:*")
PATTERNS = ("*", "model:*", "version:*", "version:a/*", "version:a/1", "deployment:a", "model:a")
ACTIONS, ACTION_PATTERNS = ("model:get", "version:approve", "deployment:deploy"), ("*", "model:*", "version:*")

rules = st.builds(
    Rule,
    subject=st.sampled_from(USERS + ROLES), project=st.sampled_from(("*", *PROJECTS)), object=st.sampled_from(PATTERNS),
    action=st.sampled_from(ACTIONS + ACTION_PATTERNS), effect=st.sampled_from(("allow", "deny")),
)  # fmt: skip
bound = st.frozensets(st.sampled_from(ROLES), max_size=2)
asked = st.builds(
    Asked, principal=st.sampled_from(USERS), project=st.sampled_from(PROJECTS), resource=st.sampled_from(OBJECTS),
    action=st.sampled_from(ACTIONS),
)  # fmt: skip


def by_casbin(policy: Rules, roles: frozenset[str], request: Asked) -> bool:
    """Casbin's answer, with the shipped model and the roles that the principal has in the request's project."""
    enforcer = casbin.Enforcer(str(MODEL))
    enforcer.add_function("covers_action", covers_action)
    enforcer.add_function("covers_object", covers_object)
    for rule in policy.rules:
        enforcer.add_policy(rule.subject, rule.project, rule.object, rule.action, rule.effect)
    for role in roles:
        enforcer.add_grouping_policy(request.principal, role, request.project)
    for holder, included in policy.inherits:
        enforcer.add_grouping_policy(holder, included, request.project)
    return bool(enforcer.enforce(request.principal, request.project, request.resource, request.action))


@settings(max_examples=300, deadline=None)
@given(st.lists(rules, max_size=8, unique=True), st.booleans(), bound, asked)
def test_the_index_decides_as_casbin(found: list[Rule], inherits: bool, roles: frozenset[str], request: Asked) -> None:
    policy = Rules(tuple(found), (("role:admin", "role:viewer"),) if inherits else ())
    decision = compile_rules(policy, 7).decide(request, roles)
    assert decision.allowed == by_casbin(policy, roles, request)
    assert decision.revision == 7


def test_without_a_policy_everything_is_denied() -> None:
    for user in USERS:
        decision = compile_rules(Rules(), 0).decide(Asked(user, "default", "model:a", "model:get"), frozenset(ROLES))
        assert not decision.allowed
