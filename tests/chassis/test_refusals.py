"""Refusals on the ledger: each principal's first ones at once, the rest as counts that nobody's silence loses."""

import asyncio
import json
from collections import Counter
from typing import Any

import pytest
from chassis.copies import Copy, running
from fairlead_access.service import SERVICE
from fairlead_chassis.ledger import refusals as module
from fairlead_contracts.errors import ForbiddenError, NotFoundError
from fairlead_contracts.messages import LEDGER
from fairlead_contracts.operations import access as ops

EVE = "user:eve"


@pytest.fixture
async def access(bus_server: Any) -> Any:
    async with running(SERVICE, bus_server) as copy:
        yield copy


async def refused(access: Copy) -> list[dict[str, Any]]:
    """Every refusal on the ledger, in order."""
    found = []
    for sequence in range(1, await access.chassis.ledger.tail() + 1):
        message = await access.chassis.bus.js.get_msg(LEDGER, sequence)
        if message.subject == "ledger.refused.access":
            found.append(json.loads(message.data or b""))
    return found


def counts(entries: list[dict[str, Any]]) -> list[int]:
    return [entry["facts"][0]["data"]["count"] for entry in entries]


async def denied(access: Copy, name: str, who: str = EVE) -> None:
    with pytest.raises(ForbiddenError):
        await access.ask(ops.CREATE_GROUP, who, group=name)


async def test_a_denied_read_is_there_too(access: Copy) -> None:
    with pytest.raises(ForbiddenError):
        await access.ask(ops.GET_POLICY, EVE)
    [entry] = await refused(access)
    assert (entry["actor"], entry["operation"], entry["project"]) == (EVE, "get_policy", "_")


async def test_a_project_that_one_may_not_know_of_is_there_under_its_name(access: Copy) -> None:
    with pytest.raises(NotFoundError):
        await access.ask(ops.LIST_BINDINGS, EVE, project="default")
    [entry] = await refused(access)
    assert (entry["facts"][0]["data"]["code"], entry["project"]) == ("not-found", "default")


async def test_a_flood_is_ten_and_one_count_and_none_is_lost(access: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "monotonic", lambda: 5.0)
    for number in range(25):
        await denied(access, f"group-{number}")
    await denied(access, "group-0", "user:ada")
    assert Counter(entry["actor"] for entry in await refused(access)) == {EVE: 10, "user:ada": 1}
    async with asyncio.timeout(5):
        while sum(counts(await refused(access))) < 26:  # noqa: ASYNC110  # what is waited for is on the ledger
            await asyncio.sleep(0.05)
    assert sorted(counts(await refused(access))) == [1] * 11 + [15]


async def test_the_same_refusal_again_and_again_is_counted_not_written(access: Copy) -> None:
    for _ in range(8):
        await denied(access, "same")
    assert counts(await refused(access)) == [1]
    await access.chassis.ledger.refusals.flush()
    assert counts(await refused(access)) == [1, 7]
