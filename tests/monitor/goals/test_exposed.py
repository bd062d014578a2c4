"""Prometheus sees each goal once, as the ledger has it."""

from datetime import UTC, datetime, timedelta

from chassis.copies import Copy
from fairlead_contracts.operations.goals import REMOVE_GOAL, SET_GOAL
from fairlead_monitor.goals.keeper import Keeper
from monitor.goals.world import AT, requests
from prometheus_client import REGISTRY as SCRAPED

NOW = datetime.now(UTC)
GOAL = {"name": "seen", "objective": {"kind": "latency", "under_ms": 50, "share": "0.99", "min_requests": 10}}
STATUSES = ("unknown", "passing", "at risk", "failing")


def scraped() -> dict[str, float | None]:
    """The four samples of the goal's status."""
    return {each: SCRAPED.get_sample_value("fairlead_goal_status", {**AT, "goal": "seen", "status": each})
            for each in STATUSES}  # fmt: skip


def changes() -> float:
    """How often the goal came to fail."""
    names = {**AT, "goal": "seen", "status": "failing"}
    return SCRAPED.get_sample_value("fairlead_goal_changes_total", names) or 0.0


async def test_a_goal_shows_one_status_and_its_value(monitor: Copy) -> None:
    await monitor.ask(SET_GOAL, **AT, goal=GOAL)
    requests(monitor, NOW, [90] * 100)
    await Keeper(monitor.chassis).look(NOW + timedelta(seconds=30))
    assert scraped() == {"unknown": 0, "passing": 0, "at risk": 0, "failing": 1}
    assert SCRAPED.get_sample_value("fairlead_goal_value", {**AT, "goal": "seen"}) is not None


async def test_a_status_that_has_not_lasted_is_not_shown(monitor: Copy) -> None:
    await monitor.ask(SET_GOAL, **AT, goal={**GOAL, "worse_after_minutes": 5})
    requests(monitor, NOW, [90] * 100)
    await Keeper(monitor.chassis).look(NOW + timedelta(seconds=30))
    assert scraped() == {"unknown": 1, "passing": 0, "at risk": 0, "failing": 0}


async def test_a_goal_that_was_removed_is_gone_from_the_next_look_on(monitor: Copy) -> None:
    await monitor.ask(SET_GOAL, **AT, goal=GOAL)
    requests(monitor, NOW, [90] * 100)
    keeper = Keeper(monitor.chassis)
    await keeper.look(NOW + timedelta(seconds=30))
    await monitor.ask(REMOVE_GOAL, **AT, name="seen")
    await keeper.look(NOW + timedelta(seconds=31))
    assert set(scraped().values()) == {None}


async def test_a_change_is_counted_once_however_often_it_is_looked_at(monitor: Copy) -> None:
    before = changes()
    await monitor.ask(SET_GOAL, **AT, goal=GOAL)
    requests(monitor, NOW, [90] * 100)
    keeper = Keeper(monitor.chassis)
    for second in range(3):
        await keeper.look(NOW + timedelta(seconds=30 + second))
    assert changes() - before == 1
