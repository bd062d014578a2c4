"""The next steps for one deployment: a pure function of what is desired and what is observed."""

from collections.abc import Sequence
from dataclasses import dataclass

from fairlead_contracts.facts.deployer import RevisionCreated
from fairlead_contracts.routes import RouteReplica, RouteTable
from fairlead_contracts.targets import ObservedReplica, ReplicaPlan

from fairlead_deployer.reconcile.replicas import wanted


@dataclass(frozen=True)
class Desired:
    """A deployment as the ledger has it: its newest revision, and the one that serves until that is ready."""

    project: str
    deployment: str
    newest: RevisionCreated
    serving: RevisionCreated | None
    failed: bool
    deleted: bool
    sequence: int
    held: bool = False
    """A missed goal keeps the newest revision from taking over."""


@dataclass(frozen=True)
class Start:
    """Start a replica."""

    plan: ReplicaPlan


@dataclass(frozen=True)
class Remove:
    """Forget a replica that is gone."""

    replica: str


@dataclass(frozen=True)
class Drain:
    """Let a replica end. It comes after the routes that leave it out."""

    replica: str


@dataclass(frozen=True)
class Certify:
    """Put a replica's key on the ledger."""

    replica: ObservedReplica


@dataclass(frozen=True)
class Publish:
    """Put a routing table into force."""

    table: RouteTable


@dataclass(frozen=True)
class End:
    """Record how the newest revision's rollout ended."""

    revision: int
    completed: bool
    detail: str = ""


Step = Start | Remove | Drain | Certify | Publish | End


def plan(desired: Desired, observed: Sequence[ObservedReplica], certified: frozenset[tuple[str, str]]) -> list[Step]:
    """The next steps, in order. Called again after each round, until it returns only what is in force already."""
    by_name = {each.plan.replica: each for each in observed}
    steps: list[Step] = [Remove(each.plan.replica) for each in observed if each.phase == "gone"]
    if desired.deleted:
        drains = [Drain(each.plan.replica) for each in observed if each.phase in ("starting", "ready", "failed")]
        return [*steps, Publish(_table(desired, ())), *drains]
    newest = [] if desired.failed else wanted(desired.newest)
    failure = None if _serves(desired) else _failure(newest, by_name)
    if failure is not None:
        return [*steps, End(desired.newest.revision, completed=False, detail=failure)]
    keep = {each.replica: each for each in [*newest, *_still_serving(desired)]}
    steps += [Start(each) for each in keep.values() if _absent(by_name.get(each.replica))]
    steps += [Certify(each) for each in observed if each.phase == "ready" and _key(each) not in certified]
    return steps + _takeover(desired, newest, by_name, certified, keep)


def _takeover(
    desired: Desired,
    newest: Sequence[ReplicaPlan],
    by_name: dict[str, ObservedReplica],
    certified: frozenset[tuple[str, str]],
    keep: dict[str, ReplicaPlan],
) -> list[Step]:
    usable = {name for name, each in by_name.items() if each.phase == "ready" and _key(each) in certified}
    waits = desired.failed or desired.held or _serves(desired)
    if not waits and all(each.replica in usable for each in newest):
        return [
            Publish(_table(desired, _observed(newest, by_name, usable))),
            End(desired.newest.revision, completed=True),
        ]
    steps: list[Step] = [Publish(_table(desired, _observed(_still_serving(desired), by_name, usable)))]
    superfluous = [each for name, each in by_name.items() if name not in keep and each.phase != "gone"]
    return steps + [Drain(each.plan.replica) for each in superfluous if each.phase != "draining"]


def _serves(desired: Desired) -> bool:
    return desired.serving is not None and desired.serving.revision == desired.newest.revision


def _still_serving(desired: Desired) -> list[ReplicaPlan]:
    return wanted(desired.serving) if desired.serving is not None else []


def _failure(newest: Sequence[ReplicaPlan], by_name: dict[str, ObservedReplica]) -> str | None:
    for each in newest:
        seen = by_name.get(each.replica)
        if seen is not None and seen.phase == "failed":
            return f"replica {each.replica} failed: {seen.detail}"
    return None


def _absent(seen: ObservedReplica | None) -> bool:
    return seen is None or seen.phase in ("failed", "gone")


def _key(replica: ObservedReplica) -> tuple[str, str]:
    return replica.plan.replica, replica.epoch or ""


def _observed(
    plans: Sequence[ReplicaPlan], by_name: dict[str, ObservedReplica], usable: set[str]
) -> tuple[ObservedReplica, ...]:
    return tuple(by_name[each.replica] for each in plans if each.replica in usable)


def _table(desired: Desired, replicas: Sequence[ObservedReplica]) -> RouteTable:
    return RouteTable(
        project=desired.project,
        deployment=desired.deployment,
        fence=desired.sequence,
        replicas=tuple(
            RouteReplica(
                replica=each.plan.replica, address=each.address or "", role=each.plan.role,
                revision=each.plan.revision, model=each.plan.model, version=each.plan.version,
            )
            for each in replicas
        ),
    )  # fmt: skip
