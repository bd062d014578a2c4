"""The deployer acts on the ledger for a missed goal: once, after a look at its end, and over every crash."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from chassis.copies import Copy, running
from fairlead_access.service import SERVICE as ACCESS
from fairlead_chassis.bootstrap import append_as_service
from fairlead_contracts.errors import ForbiddenError, NotFoundError, RefusedError
from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.deployer import RevisionCreated, Spec, VersionRef
from fairlead_contracts.facts.goals import GoalJudged, GoalSet
from fairlead_contracts.facts.registry import AliasSet, VersionApproved
from fairlead_contracts.objectives import Errors, Goal, ScaleBounds
from fairlead_contracts.operations import deployer as ops
from fairlead_contracts.operations import reactions
from fairlead_deployer.goals.acting import holding, react_to_goals
from fairlead_deployer.reconcile.loop import _desired, _follow_aliases
from fairlead_deployer.service import SERVICE
from fairlead_monitor.service import SERVICE as MONITOR
from fairlead_registry.service import SERVICE as REGISTRY
from monitor.goals.world import AT, DIGEST, version_fact


class World:
    """A deployment that served version 1, then version 2, and whoever writes about it."""

    def __init__(self, registry: Copy, monitor: Copy, deployer: Copy) -> None:
        self.registry, self.monitor, self.deployer = registry, monitor, deployer

    async def goal(self, action: Any, status: Any = "failing", revision: int = 2) -> None:
        """A goal with this action that stands so."""
        scale = ScaleBounds(min_replicas=1, max_replicas=4) if action == "scale" else None
        goal = Goal(name="g", objective=Errors(at_most=0.01), action=action, scale=scale)
        await self._monitors(GoalSet(**AT, goal=goal))
        await self.judged("unknown", status, revision)

    async def judged(self, before: Any, status: Any, revision: int = 2) -> None:
        declared = self.monitor.chassis.part.goals.goal("default", "loans", "g").declared
        fact = GoalJudged(**AT, goal="g", declared=declared, before=before, status=status, reason="", revision=revision)
        await self._monitors(fact)

    async def _monitors(self, fact: Fact) -> None:
        await append_as_service(self.monitor.chassis, fact, "default", "loans")
        await asyncio.gather(self.deployer.caught_up(), self.monitor.caught_up())

    async def moved(self, version: int) -> None:
        """The alias points at another version."""
        alias = AliasSet(project="default", model="Loans", alias="champion", version=version)
        await append_as_service(self.registry.chassis, alias, "default", "Loans")
        await self.deployer.caught_up()

    async def react(self) -> bool:
        """One look of the deployer."""
        deployment = self.deployer.chassis.part.deployment("default", "loans")
        return await react_to_goals(self.deployer.chassis, deployment)

    async def completed(self) -> None:
        """The newest revision took over."""
        newest = self.newest.revision
        await self.deployer.chassis.change(
            ops.END_ROLLOUT, ops.EndRollout(**AT, revision=newest, completed=True)
        )  # fmt: skip

    @property
    def newest(self) -> RevisionCreated:
        revision: RevisionCreated = self.deployer.chassis.part.deployment("default", "loans").revision
        return revision


@pytest.fixture
async def world(bus_server: Any) -> AsyncIterator[World]:
    async with running(ACCESS, bus_server), running(REGISTRY, bus_server) as registry:
        async with running(MONITOR, bus_server) as monitor, running(SERVICE, bus_server) as deployer:
            made = World(registry, monitor, deployer)
            for number in (1, 2):
                fact = version_fact().model_copy(update={"version": number})
                await append_as_service(registry.chassis, fact, "default", "Loans")
                approved = VersionApproved(project="default", model="Loans", version=number, digest=DIGEST)
                await append_as_service(registry.chassis, approved, "default", "Loans")
                alias = AliasSet(project="default", model="Loans", alias="champion", version=number)
                await append_as_service(registry.chassis, alias, "default", "Loans")
                await deployer.caught_up()
                spec = Spec(champion=VersionRef(model="Loans", alias="champion"), replicas=2)
                if number == 1:
                    await deployer.ask(ops.CREATE_DEPLOYMENT, **AT, spec=spec.model_dump(mode="json"))
                else:
                    await deployer.chassis.change(ops.ADVANCE_DEPLOYMENT, ops.AdvanceDeployment(**AT))
                await made.completed()
            yield made


async def test_it_rolls_back_to_the_version_before_with_the_replicas_of_now(world: World) -> None:
    await world.goal("roll-back")
    assert await world.react()
    newest = world.newest
    assert (newest.revision, newest.champion.version, newest.spec.replicas) == (3, 1, 2)
    assert newest.spec.champion == VersionRef(model="Loans", version=1)
    assert newest.reason == "back to revision 1: goal g was missed on revision 2"


async def test_asked_again_at_any_moment_it_rolls_back_once(world: World) -> None:
    await world.goal("roll-back")
    await asyncio.gather(world.react(), world.react(), world.react())
    assert not await world.react()
    await world.completed()
    assert not await world.react()
    assert world.newest.revision == 3


async def test_it_looks_at_the_ledgers_end_before_it_acts(world: World, bus_server: Any) -> None:
    await world.goal("roll-back")
    stale = world.deployer.chassis.part.deployment("default", "loans")
    async with running(SERVICE, bus_server, instance="1") as other:
        await other.ask(reactions.ROLL_BACK_DEPLOYMENT, **AT)
        await react_to_goals(world.deployer.chassis, stale)
    await world.deployer.caught_up()
    assert world.newest.revision == 3


async def test_two_bad_versions_are_no_seesaw(world: World) -> None:
    await world.goal("roll-back")
    await world.react()
    await world.completed()
    await world.judged("failing", "passing", 3)
    await world.judged("passing", "failing", 3)
    assert not await world.react()
    shown = await world.deployer.ask(reactions.LIST_REACTIONS, **AT)
    assert [each.state for each in shown.items] == ["impossible"]


async def test_it_asks_people_once_and_does_what_they_approve(world: World) -> None:
    await world.goal("ask-approval")
    assert await world.react()
    assert not await world.react()
    assert world.newest.revision == 2
    await world.deployer.ask(reactions.DECIDE_REACTION, **AT, goal="g", approved=True, comment="yes")
    assert await world.react()
    assert world.newest.champion.version == 1


async def test_what_people_decline_is_not_done(world: World) -> None:
    await world.goal("ask-approval")
    await world.react()
    await world.deployer.ask(reactions.DECIDE_REACTION, **AT, goal="g", approved=False)
    assert not await world.react()
    with pytest.raises(RefusedError, match="declined"):
        await world.deployer.ask(reactions.DECIDE_REACTION, **AT, goal="g", approved=True)
    assert world.newest.revision == 2


async def test_nobody_decides_what_was_not_asked_and_nobody_asks_but_the_deployer(world: World) -> None:
    with pytest.raises(NotFoundError):
        await world.deployer.ask(reactions.DECIDE_REACTION, **AT, goal="g", approved=True)
    with pytest.raises(ForbiddenError):
        await world.deployer.ask(reactions.ASK_REACTION, **AT, goal="g", alert=1, revision=2, back_to=1)


async def test_it_scales_the_same_versions_and_waits_before_the_next_step(world: World) -> None:
    await world.goal("scale")
    view = world.deployer.chassis.part
    view.db.execute("UPDATE made SET time = '2020-01-01T00:00:00.000000Z'")
    assert await world.react()
    newest = world.newest
    assert (newest.champion.version, newest.spec.replicas) == (2, 3)
    await world.completed()
    assert not await world.react()


async def test_while_a_goal_holds_an_alias_that_moves_is_not_followed_and_a_rollout_waits(world: World) -> None:
    await append_as_service(
        world.registry.chassis,
        AliasSet(project="default", model="Loans", alias="champion", version=1),
        "default",
        "Loans",
    )
    await world.deployer.caught_up()
    deployer = world.deployer.chassis
    await _follow_aliases(deployer, deployer.part.deployment("default", "loans"))
    assert world.newest.revision == 3
    await world.goal("hold")
    under_way = deployer.part.deployment("default", "loans")
    assert _desired(deployer.part, under_way).held
    await append_as_service(
        world.registry.chassis,
        AliasSet(project="default", model="Loans", alias="champion", version=2),
        "default",
        "Loans",
    )
    await world.deployer.caught_up()
    await _follow_aliases(deployer, under_way)
    assert world.newest.revision == 3
    answer = await world.deployer.ask(reactions.ROLL_BACK_DEPLOYMENT, **AT, to=1)
    assert answer.fact.revision == 4
    assert not _desired(deployer.part, deployer.part.deployment("default", "loans")).held
    await world.judged("failing", "passing")
    assert holding(deployer.part, deployer.part.deployment("default", "loans")) is None


async def test_people_roll_back_and_scale_too(world: World) -> None:
    with pytest.raises(NotFoundError, match="never served"):
        await world.deployer.ask(reactions.ROLL_BACK_DEPLOYMENT, **AT, to=9)
    scaled = await world.deployer.ask(reactions.SCALE_DEPLOYMENT, **AT, replicas=5)
    assert scaled.fact.spec.replicas == 5
    same = await world.deployer.ask(reactions.SCALE_DEPLOYMENT, **AT, replicas=5)
    assert not same.changed
    stale = await world.deployer.ask(reactions.SCALE_DEPLOYMENT, **AT, replicas=1, newest=2)
    assert not stale.changed


async def test_without_anything_to_go_back_to_it_is_said(world: World) -> None:
    await world.deployer.ask(ops.DELETE_DEPLOYMENT, **AT)
    spec = Spec(champion=VersionRef(model="Loans", version=1)).model_dump(mode="json")
    await world.deployer.ask(ops.CREATE_DEPLOYMENT, project="default", deployment="fresh", spec=spec)
    with pytest.raises(RefusedError, match="no earlier revision"):
        await world.deployer.ask(reactions.ROLL_BACK_DEPLOYMENT, project="default", deployment="fresh")
