"""The plan, followed step by step, comes to rest where it should, and never routes to a replica that is not ready."""

from dataclasses import dataclass, field, replace

from fairlead_contracts.facts.deployer import ResolvedVersion, RevisionCreated, Spec, VersionRef
from fairlead_contracts.routes import RouteTable
from fairlead_contracts.targets import ObservedReplica, Phase, ReplicaPlan
from fairlead_deployer.reconcile.plan import Certify, Desired, Drain, End, Publish, Remove, Start, plan
from fairlead_deployer.reconcile.replicas import wanted
from hypothesis import given, settings
from hypothesis import strategies as st

DIGEST = "sha256:" + "a" * 64


def revision(number: int, replicas: int = 2, challengers: int = 1) -> RevisionCreated:
    ref = VersionRef(model="m", version=number)
    resolved = ResolvedVersion(model="m", version=number, digest=DIGEST)
    return RevisionCreated(
        project="default", deployment="d", revision=number, reason="", champion=resolved,
        spec=Spec(champion=ref, challengers=(ref,) * challengers, replicas=replicas),
        challengers=(resolved,) * challengers,
    )  # fmt: skip


@dataclass
class World:
    """A target and a gateway that do what the steps say; every new replica becomes ready, or fails if told so."""

    desired: Desired
    replicas: dict[str, ObservedReplica] = field(default_factory=dict)
    certified: set[tuple[str, str]] = field(default_factory=set)
    routes: RouteTable | None = None
    failing: frozenset[int] = frozenset()

    def turn(self) -> bool:
        """One round: plan, act, and let time pass. True when anything but publishing the same routes was done."""
        steps = plan(self.desired, list(self.replicas.values()), frozenset(self.certified))
        changed = [self.act(step) for step in steps]
        for name, seen in self.replicas.items():
            if seen.phase == "starting":
                phase: Phase = "failed" if seen.plan.revision in self.failing else "ready"
                self.replicas[name] = seen.model_copy(
                    update={"phase": phase, "epoch": "e", "address": f"http://{name}"}
                )
                changed.append(True)
            if seen.phase == "draining":
                self.replicas[name] = seen.model_copy(update={"phase": "gone"})
                changed.append(True)
        return any(changed)

    def act(self, step: object) -> bool:
        match step:
            case Start(each):
                self.replicas[each.replica] = observed(each, "starting")
            case Remove(name):
                self.replicas.pop(name)
            case Drain(name):
                assert self.routes is None or name not in {each.replica for each in self.routes.replicas}
                self.replicas[name] = self.replicas[name].model_copy(update={"phase": "draining"})
            case Certify(seen):
                self.certified.add((seen.plan.replica, seen.epoch or ""))
            case Publish(table):
                for each in table.replicas:
                    assert self.replicas[each.replica].phase == "ready"
                    assert (each.replica, "e") in self.certified
                before, self.routes = self.routes, table
                return before != table
            case End(number, completed):
                newest = self.desired.newest
                assert number == newest.revision
                serving = newest if completed else self.desired.serving
                self.desired = Desired(
                    "default",
                    "d",
                    newest,
                    serving,
                    failed=not completed,
                    deleted=False,
                    sequence=self.desired.sequence + 1,
                )
        return True

    def rest(self) -> None:
        """Go on until nothing changes any more."""
        for _ in range(30):
            if not self.turn():
                return
        raise AssertionError("the plan never comes to rest")


def observed(each: ReplicaPlan, phase: Phase) -> ObservedReplica:
    ready = phase in ("ready", "draining")
    return ObservedReplica(
        plan=each, phase=phase, epoch="e" if ready else None, address=f"http://{each.replica}" if ready else None
    )


def desired(newest: RevisionCreated, serving: RevisionCreated | None = None, *, deleted: bool = False) -> Desired:
    return Desired("default", "d", newest, serving, failed=False, deleted=deleted, sequence=1)


def serving(world: World) -> set[int]:
    return {each.revision for each in world.routes.replicas} if world.routes else set()


phases = st.sampled_from(("starting", "ready", "draining", "failed", "gone"))


@settings(max_examples=200, deadline=None)
@given(st.lists(phases, min_size=6, max_size=6), st.booleans())
def test_from_any_state_it_comes_to_rest_with_exactly_the_newest_revision(found: list[Phase], old_serves: bool) -> None:
    old, new = revision(1), revision(2)
    world = World(desired(new, old if old_serves else None))
    for each, phase in zip([*wanted(old), *wanted(new)], found, strict=True):
        if phase != "failed" or each.revision == 1:
            world.replicas[each.replica] = observed(each, phase)
    world.rest()
    assert set(world.replicas) == {each.replica for each in wanted(new)}
    assert serving(world) == {2}


def test_a_revision_that_fails_leaves_what_served_in_service() -> None:
    world = World(desired(revision(1)))
    world.rest()
    world.desired = desired(revision(2), revision(1))
    world.failing = frozenset([2])
    world.rest()
    assert serving(world) == {1}
    assert {each.plan.revision for each in world.replicas.values()} == {1}
    assert world.desired.failed


def test_a_replica_that_dies_is_replaced() -> None:
    world = World(desired(revision(1)))
    world.rest()
    name = next(iter(world.replicas))
    world.replicas[name] = observed(world.replicas[name].plan, "failed")
    world.rest()
    assert {each.phase for each in world.replicas.values()} == {"ready"}


def test_a_deleted_deployment_ends_with_no_replica_and_no_route() -> None:
    world = World(desired(revision(1)))
    world.rest()
    world.desired = desired(revision(1), revision(1), deleted=True)
    world.rest()
    assert (world.replicas, serving(world)) == ({}, set())


def test_no_replicas_at_all_is_a_state_like_any_other() -> None:
    world = World(desired(revision(1, replicas=0, challengers=0)))
    world.rest()
    assert (world.replicas, world.desired.serving is not None) == ({}, True)


def test_a_held_rollout_stands_ready_and_takes_over_once_it_is_let_go() -> None:
    world = World(desired(revision(1)))
    world.rest()
    world.desired = replace(desired(revision(2), revision(1)), held=True)
    world.rest()
    assert serving(world) == {1}
    assert {each.plan.revision for each in world.replicas.values()} == {1, 2}
    world.desired = replace(world.desired, held=False)
    world.rest()
    assert (serving(world), {each.plan.revision for each in world.replicas.values()}) == ({2}, {2})
