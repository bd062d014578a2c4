"""A policy that would not mean what it seems to mean is refused at its line, and the one in force stays."""

import pytest
from access.conftest import person
from chassis.copies import ADMIN, Copy
from fairlead_chassis.policy import shipped
from fairlead_contracts.errors import FairleadError, InvalidRequestError, RefusedError
from fairlead_contracts.operations import access as ops

MODEL, RULES = shipped.text(shipped.MODEL), shipped.text(shipped.RULES)
AT = len(RULES.splitlines()) + 1


async def refused(access: Copy, *, model: str = MODEL, rules: str = RULES) -> FairleadError:
    """The refusal of a policy; nothing else has happened."""
    before, tail = await access.ask(ops.GET_POLICY), await access.chassis.ledger.tail()
    with pytest.raises(InvalidRequestError) as caught:
        await access.ask(ops.APPLY_POLICY, model=model, rules=rules)
    assert (await access.ask(ops.GET_POLICY), await access.chassis.ledger.tail()) == (before, tail)
    return caught.value


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("p, role:author, *, versions:*, version:approve, deny", "no kind of object versions"),
        ("p, role:x, *, models/a, model:get, allow", "object"),
        ("p, role:x, *, *, model:got, allow", "no such action"),
        ("p, role:x, *, *, model:get, Deny", "effect"),
        ("p, role:x, *, *, model:get", "columns"),
        ("p, admin, *, *, model:get, allow", "subject"),
        ("g, role:viewer, role:owner", "towards one object only"),
        ("g, user:ada, role:admin", "two roles"),
        ("# for the viewers\u2028p, role:viewer, *, *, *, allow", "invisible character"),
        ("# for the viewers\x0bp, role:viewer, *, *, *, allow", "invisible character"),
        ("# for the viewers\rp, role:viewer, *, *, *, allow", "invisible character"),
        ("p, role:viewer\u200b, *, *, *, allow", "invisible character"),
    ],
)
async def test_a_bad_line_is_named(access: Copy, line: str, why: str) -> None:
    said = (await refused(access, rules=f"{RULES}{line}\n")).detail
    assert f"line {AT}" in said
    assert why in said


@pytest.mark.parametrize(
    "model",
    ["", "nonsense", MODEL.replace("&& !some(where (p.eft == deny))", ""), MODEL.replace("p.dom == r.dom", "true")],
    ids=["empty", "no model", "deny does not override", "projects leak"],
)
async def test_a_model_that_would_not_be_followed_is_refused(access: Copy, model: str) -> None:
    assert (await refused(access, model=model)).errors[0].pointer == "/model"


async def test_comments_and_spaces_change_no_model(access: Copy) -> None:
    spaced = "# ours\n\n" + MODEL.replace(" = ", "=")
    assert (await access.ask(ops.APPLY_POLICY, model=spaced, rules=RULES)).changed


async def test_a_policy_that_takes_the_right_to_apply_one_is_refused(access: Copy) -> None:
    rules = RULES.replace("p, role:admin, *, *, *, allow", "p, role:admin, *, *, model:*, allow")
    with pytest.raises(RefusedError, match="policy:apply"):
        await access.ask(ops.APPLY_POLICY, model=MODEL, rules=rules)


async def test_the_policy_in_force_again_changes_nothing_and_another_is_a_new_revision(access: Copy) -> None:
    first = (await access.ask(ops.GET_POLICY)).revision
    assert not (await access.ask(ops.APPLY_POLICY, model=MODEL, rules=RULES)).changed
    done = await access.ask(ops.APPLY_POLICY, model=MODEL, rules=RULES + "# more\n")
    assert (await access.ask(ops.GET_POLICY)).revision == done.sequence > first


async def test_a_new_policy_holds_at_the_next_request(access: Copy) -> None:
    vera = await person(access, "user:vera", "role:viewer", project="*")
    with pytest.raises(FairleadError, match="user:list"):
        await access.ask(ops.LIST_USERS, vera)
    await access.ask(ops.APPLY_POLICY, model=MODEL, rules=RULES + "p, role:viewer, *, *, user:list, allow\n")
    assert ADMIN in {each.principal for each in (await access.ask(ops.LIST_USERS, vera)).items}
