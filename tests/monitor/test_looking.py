"""How a deployment is looked at: settings on the ledger, once, and gone with their deployment."""

import asyncio
from typing import Any

import pytest
from chassis.copies import Copy
from fairlead_contracts.errors import InvalidRequestError, NotFoundError
from fairlead_contracts.facts.deployer import DeploymentDeleted
from fairlead_contracts.operations.monitor import GET_MONITORING, SET_MONITORING
from monitor.goals.conftest import access, monitor, world  # noqa: F401  # fixtures
from monitor.goals.world import AT, World, revision_fact


async def test_a_budget_is_kept_on_the_ledger_and_the_same_again_changes_nothing(
    monitor: Copy,  # noqa: F811  # the fixture
) -> None:
    before = await monitor.ask(GET_MONITORING, **AT)
    assert (before.settings.false_pages, before.actor, before.levels["hour"]) == (None, None, 0.05)
    made = await monitor.ask(SET_MONITORING, **AT, false_pages=1)
    assert (made.changed, made.fact.settings.false_pages) == (True, 1.0)
    assert not (await monitor.ask(SET_MONITORING, **AT, false_pages=1)).changed
    shown = await monitor.ask(GET_MONITORING, **AT)
    assert shown.settings == made.fact.settings
    assert shown.actor is not None
    assert shown.levels["day"] == pytest.approx(1 / 30.4375)


async def test_rows_are_kept_for_as_long_as_it_is_set(
    monitor: Copy,  # noqa: F811  # the fixture
) -> None:
    assert monitor.chassis.part.looking.keeping() == []
    await monitor.ask(SET_MONITORING, **AT, keep_days=30)
    await monitor.caught_up()
    assert monitor.chassis.part.looking.keeping() == [(AT["project"], AT["deployment"], 30)]
    assert (await monitor.ask(GET_MONITORING, **AT)).settings.keep_days == 30


@pytest.mark.parametrize(
    ("given", "says"),
    [({"detector": "magic"}, "magic"), ({"detector": "domain_classifier"}, "other kind"),
     ({"false_pages": 0}, "false_pages"), ({"in_days": 7}, "not valid"), ({"watch_from": "2026-01-01"}, "watch_from"),
     ({"nosuch": 1}, "nosuch")],
)  # fmt: skip
async def test_settings_by_which_no_report_can_be_made_are_refused(
    monitor: Copy,  # noqa: F811
    given: dict[str, Any], says: str,
) -> None:  # fmt: skip
    with pytest.raises(InvalidRequestError, match=says):
        await monitor.ask(SET_MONITORING, **AT, **given)


async def test_settings_end_with_their_deployment(monitor: Copy, world: World) -> None:  # noqa: F811
    await monitor.ask(SET_MONITORING, **AT, false_pages=1)
    await world.append(DeploymentDeleted(**AT), revision_fact(2))
    async with asyncio.timeout(20):
        while True:
            if (await monitor.ask(GET_MONITORING, **AT)).settings.false_pages is None:
                return
            await asyncio.sleep(0.02)


async def test_a_deployment_that_never_was_has_none(monitor: Copy) -> None:  # noqa: F811
    with pytest.raises(NotFoundError, match="nosuch"):
        await monitor.ask(SET_MONITORING, project="default", deployment="nosuch", false_pages=1)
