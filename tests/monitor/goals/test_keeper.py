"""The monitor looks from scratch, and each change of a status is one fact, whoever looks and however often."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chassis.copies import Copy, running
from fairlead_contracts.errors import ForbiddenError
from fairlead_contracts.facts import read
from fairlead_contracts.facts.deployer import DeploymentDeleted
from fairlead_contracts.facts.goals import GoalJudged
from fairlead_contracts.ledger import Envelope
from fairlead_contracts.messages import LEDGER
from fairlead_contracts.operations.goals import GET_GOAL, JUDGE_GOAL, LIST_GOALS, SET_GOAL
from fairlead_monitor.goals import keeper as keeping
from fairlead_monitor.goals.keeper import Keeper
from fairlead_monitor.service import SERVICE
from monitor.goals.world import AT, World, requests

NOW = datetime.now(UTC)
GOAL = {"name": "fast", "objective": {"kind": "latency", "under_ms": 50, "share": "0.99", "min_requests": 10}}


async def alerts(copy: Copy) -> list[GoalJudged]:
    """Every change of a status on the ledger, in order."""
    found = []
    for sequence in range(1, await copy.chassis.ledger.tail() + 1):
        message = await copy.chassis.bus.js.get_msg(LEDGER, sequence)
        facts = [read(record) for record in Envelope.model_validate_json(message.data or b"").facts]
        found += [fact for fact in facts if isinstance(fact, GoalJudged)]
    return found


def fresh(copy: Copy) -> Keeper:
    """A keeper that remembers nothing, as after a restart."""
    return Keeper(copy.chassis)


async def test_a_goal_passes_fails_and_recovers_with_one_fact_each(monitor: Copy) -> None:
    await monitor.ask(SET_GOAL, **AT, goal={**GOAL, "better_after_minutes": 15})
    keeper, later = fresh(monitor), NOW + timedelta(hours=7)
    requests(monitor, NOW - timedelta(minutes=1), [10] * 100)
    for second in range(3):
        await keeper.look(NOW + timedelta(seconds=second))
    requests(monitor, NOW, [90] * 100)
    for second in range(3):
        await keeper.look(NOW + timedelta(seconds=30 + second))
    requests(monitor, later, [10] * 20_000)
    for minute in range(0, 40, 5):
        await keeper.look(later + timedelta(minutes=minute, seconds=30))
    found = await alerts(monitor)
    assert [(fact.before, fact.status, fact.revision) for fact in found] == [
        ("unknown", "passing", 1), ("passing", "failing", 1), ("failing", "passing", 1)
    ]  # fmt: skip
    assert "took over 50 ms" in found[1].reason


async def test_two_copies_and_restarts_leave_one_fact_for_each_change(monitor: Copy, bus_server: Any) -> None:
    await monitor.ask(SET_GOAL, **AT, goal=GOAL)
    requests(monitor, NOW, [90] * 100)
    async with running(SERVICE, bus_server, instance="1") as other:
        await other.caught_up()
        for _ in range(3):
            await asyncio.gather(*(fresh(copy).look(NOW + timedelta(seconds=30)) for copy in (monitor, other)))
            await asyncio.gather(monitor.caught_up(), other.caught_up())
        assert [fact.status for fact in await alerts(monitor)] == ["failing"]
        assert await other.ask(LIST_GOALS, **AT) == await monitor.ask(LIST_GOALS, **AT)


async def test_a_stale_judgement_changes_nothing(monitor: Copy) -> None:
    declared = await monitor.ask(SET_GOAL, **AT, goal=GOAL)
    requests(monitor, NOW, [90] * 100)
    await fresh(monitor).look(NOW + timedelta(seconds=30))
    stale = {"goal": "fast", "declared": declared.sequence, "before": "unknown", "status": "passing", "reason": ""}
    answer = await monitor.chassis.change(JUDGE_GOAL, JUDGE_GOAL.request(**AT, **stale))
    assert not answer.changed
    assert [fact.status for fact in await alerts(monitor)] == ["failing"]


async def test_nobody_but_the_monitor_says_how_a_goal_stands(monitor: Copy) -> None:
    declared = await monitor.ask(SET_GOAL, **AT, goal=GOAL)
    with pytest.raises(ForbiddenError):
        await monitor.ask(
            JUDGE_GOAL, **AT, goal="fast", declared=declared.sequence, before="unknown", status="passing", reason=""
        )


async def test_a_look_shows_what_it_sees_before_the_status_follows(monitor: Copy) -> None:
    await monitor.ask(SET_GOAL, **AT, goal={**GOAL, "worse_after_minutes": 5})
    requests(monitor, datetime.now(UTC), [90] * 100)
    await fresh(monitor).look(datetime.now(UTC))
    view = await monitor.ask(GET_GOAL, **AT, name="fast")
    assert (view.status, view.now.status) == ("unknown", "failing")


async def test_a_goal_declared_anew_is_judged_anew(monitor: Copy) -> None:
    await monitor.ask(SET_GOAL, **AT, goal=GOAL)
    requests(monitor, NOW, [90] * 100)
    keeper = fresh(monitor)
    await keeper.look(NOW + timedelta(seconds=30))
    easier = {**GOAL, "objective": {**GOAL["objective"], "under_ms": 100}}  # type: ignore[dict-item]
    await monitor.ask(SET_GOAL, **AT, goal=easier)
    await keeper.look(NOW + timedelta(seconds=31))
    assert [(fact.before, fact.status) for fact in await alerts(monitor)] == [
        ("unknown", "failing"),
        ("unknown", "passing"),
    ]


async def test_a_deployment_that_ended_has_no_goals(monitor: Copy, world: World) -> None:
    await monitor.ask(SET_GOAL, **AT, goal=GOAL)
    await world.append(DeploymentDeleted(**AT))
    await monitor.caught_up()
    requests(monitor, NOW, [90] * 100)
    await fresh(monitor).look(NOW)
    assert await alerts(monitor) == []


async def test_a_goal_that_was_just_declared_is_looked_at_at_once(
    monitor: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "EVERY", 3600.0)
    requests(monitor, datetime.now(UTC), [90] * 100)
    task = asyncio.create_task(keeping.keep_goals(monitor.chassis))
    try:
        await monitor.ask(SET_GOAL, **AT, goal=GOAL)
        async with asyncio.timeout(10):
            while not await alerts(monitor):
                await monitor.chassis.view.changed(1.0)
    finally:
        while not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=0.1)
