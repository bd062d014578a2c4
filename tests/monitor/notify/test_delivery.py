"""From the ledger to a real receiver: signed, at least once, each message with one id, until it is taken."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chassis.copies import Copy, running
from fairlead_contracts.errors import UnavailableError
from fairlead_contracts.facts.deployer import DeploymentDeleted, RolloutEnded
from fairlead_contracts.operations.channels import GET_CHANNEL, LIST_CHANNELS, REMOVE_CHANNEL, SET_CHANNEL, TRY_CHANNEL
from fairlead_contracts.operations.goals import JUDGE_GOAL, REMOVE_GOAL, SET_GOAL
from fairlead_monitor.notify.notifying import Sender
from fairlead_monitor.service import SERVICE
from monitor.goals.world import AT, World
from monitor.notify.receiver import KEY, Receiver

HERE = {"project": "default", "name": "ops"}
GOAL = {"name": "fast", "objective": {"kind": "latency", "under_ms": 50, "share": "0.99"}, "severity": "critical"}


def later(minutes: float = 1) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


@pytest.fixture
async def telling(world: World, bus_server: Any, receiver: Receiver) -> AsyncIterator[Copy]:
    """A copy of the monitor with a channel to the receiver, and a goal."""
    async with running(SERVICE, bus_server, notifier_networks="127.0.0.0/8") as copy:
        key = copy.chassis.home / "secrets" / "default" / "hook-key"
        key.parent.mkdir(parents=True)
        key.write_text(f"whsec_{KEY}\n")
        await copy.ask(
            SET_CHANNEL, **HERE, notifier="webhook", settings={"url": receiver.url}, secrets={"key": "file:hook-key"}
        )
        await copy.ask(SET_GOAL, **AT, goal=GOAL)
        yield copy


async def judged(copy: Copy, *statuses: str, goal: str = "fast") -> None:
    """The goal's status changes, one after the other."""
    view = copy.chassis.part.goals
    for status in statuses:
        known = view.goal("default", "loans", goal)
        request = JUDGE_GOAL.request(
            **AT, goal=goal, declared=known.declared, before=known.status, status=status, reason=f"it is {status}"
        )
        await copy.chassis.change(JUDGE_GOAL, request)
        await copy.caught_up()


async def told(sender: Sender, moment: datetime) -> None:
    """A round, and what came of it."""
    await sender.round(moment)
    await sender.settled()


async def test_a_missed_goal_and_its_end_are_told_once_each(telling: Copy, receiver: Receiver) -> None:
    await judged(telling, "passing", "failing")
    sender = Sender(telling.chassis)
    for minute in range(1, 4):
        await told(sender, later(minute))
    await judged(telling, "passing")
    for minute in range(4, 7):
        await told(sender, later(minute))
    assert receiver.titles == ["loans: goal fast is failing", "Resolved: loans: goal fast is passing"]
    assert [each["severity"] for each in receiver.bodies] == ["critical", "info"]
    assert receiver.bodies[0]["detail"] == "it is failing"
    shown = await telling.ask(GET_CHANNEL, **HERE)
    assert (shown.state, shown.waiting, [each.attempts for each in shown.deliveries]) == ("working", 0, [1, 1])


async def test_failed_rollouts_and_what_ends_with_the_goal_are_told(
    telling: Copy, receiver: Receiver, world: World
) -> None:
    await world.append(RolloutEnded(**AT, revision=2, outcome="failed", detail="the replica did not start"))
    await judged(telling, "failing")
    await told(Sender(telling.chassis), later())
    assert receiver.titles == ["2 changes on loans"]
    assert "the replica did not start" in receiver.bodies[0]["detail"]
    await telling.ask(REMOVE_GOAL, **AT, name="fast")
    await world.append(DeploymentDeleted(**AT))
    await telling.caught_up()
    await told(Sender(telling.chassis), later(2))
    assert receiver.titles[1] == "Resolved: 2 changes on loans"


async def test_what_is_not_taken_is_sent_again_with_its_id_and_said_meanwhile(
    telling: Copy, receiver: Receiver
) -> None:
    receiver.answers = [500, 302, 404, 200]
    await judged(telling, "failing")
    sender, moment = Sender(telling.chassis), later()
    await told(sender, moment)
    shown = (await telling.ask(LIST_CHANNELS, project="default")).items[0]
    assert (shown.state, shown.waiting, shown.error) == ("failing", 1, "The host answered 500.")
    await told(sender, moment + timedelta(seconds=9))
    assert len(receiver.ids) == 1
    for seconds in (10, 30, 70):
        await told(sender, moment + timedelta(seconds=seconds))
    assert len(receiver.ids) == 4
    assert len(set(receiver.ids)) == 1
    assert (await telling.ask(GET_CHANNEL, **HERE)).deliveries[0].state == "delivered"


async def test_what_happens_while_nothing_is_taken_is_one_message_afterwards(telling: Copy, receiver: Receiver) -> None:
    receiver.answers = [503, 200]
    sender, moment = Sender(telling.chassis), later()
    await judged(telling, "failing")
    await told(sender, moment)
    await judged(telling, "at risk", "failing", "passing")
    for minute in (1, 2, 3):
        await told(sender, moment + timedelta(minutes=minute))
    assert receiver.titles[1:] == ["loans: goal fast is failing", "3 changes on loans"]


async def test_after_three_days_it_is_given_up_and_said(telling: Copy, receiver: Receiver) -> None:
    receiver.answers = [500]
    await judged(telling, "failing")
    sender, moment = Sender(telling.chassis), later()
    await told(sender, moment)
    await told(sender, moment + timedelta(days=3))
    shown = await telling.ask(GET_CHANNEL, **HERE)
    assert (shown.state, shown.waiting, shown.given_up) == ("failing", 0, 1)


async def test_a_new_channel_does_not_hear_of_what_was_before_it(telling: Copy, receiver: Receiver) -> None:
    await judged(telling, "failing")
    await telling.ask(REMOVE_CHANNEL, **HERE)
    await telling.ask(
        SET_CHANNEL, **HERE, notifier="webhook", settings={"url": receiver.url}, secrets={"key": "file:hook-key"}
    )
    await told(Sender(telling.chassis), later())
    assert receiver.bodies == []


async def test_a_channel_that_is_changed_goes_on_where_it_was(telling: Copy, receiver: Receiver) -> None:
    await judged(telling, "failing")
    await told(Sender(telling.chassis), later())
    await telling.ask(
        SET_CHANNEL, **HERE, notifier="webhook", settings={"url": receiver.url}, secrets={"key": "file:hook-key"},
        min_severity="critical",
    )  # fmt: skip
    await judged(telling, "passing")
    await told(Sender(telling.chassis), later(2))
    assert len(receiver.ids) == 2


async def test_a_test_message_arrives_or_says_why_not(telling: Copy, receiver: Receiver) -> None:
    sent = await telling.ask(TRY_CHANNEL, **HERE)
    assert (receiver.ids, receiver.bodies[0]["events"][0]["kind"]) == ([sent.id], "test")
    receiver.answers = [307]
    with pytest.raises(UnavailableError, match="307, and redirects are not followed"):
        await telling.ask(TRY_CHANNEL, **HERE)
    assert len(receiver.ids) == 2


async def test_a_monitor_that_is_killed_while_it_sends_sends_the_same_message_again(
    telling: Copy, receiver: Receiver, bus_server: Any
) -> None:
    await judged(telling, "failing")
    settings = {
        "FAIRLEAD_HOME": str(bus_server.home), "FAIRLEAD_NATS_URL": bus_server.url, "FAIRLEAD_ASSUME_SYNC": "true",
        "FAIRLEAD_NOTIFIER_NETWORKS": "127.0.0.0/8", "FAIRLEAD_MIN_FREE": "0", "FAIRLEAD_INSTANCE": "killed",
    }  # fmt: skip
    await telling.ask(
        SET_CHANNEL, **HERE, notifier="webhook", settings={"url": receiver.url}, secrets={"key": "file:hook-key"},
        group_seconds=0,
    )  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "fairlead_monitor", env={**os.environ, **settings}, stderr=asyncio.subprocess.DEVNULL
    )
    receiver.before_answer = lambda: os.kill(process.pid, signal.SIGKILL)
    try:
        assert await asyncio.to_thread(receiver.came.wait, 60)
        assert await process.wait() == -signal.SIGKILL
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    receiver.before_answer = lambda: None
    sender = Sender(telling.chassis)
    for minute in (1, 2):
        await told(sender, later(minute))
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
