"""Targets come through the hook; each replica is acted on where it is, and a silent target hides nobody else's."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from fairlead_contracts.errors import UnavailableError
from fairlead_contracts.hookspecs import hookimpl
from fairlead_contracts.plugins import PluginError, targets
from fairlead_contracts.targets import ObservedReplica, ReplicaPlan, Target
from fairlead_contracts.workplace import Workplace
from fairlead_deployer.targets import Targets, process

DIGEST = "sha256:" + "a" * 64


def plan_on(target: str, replica: str = "r-0") -> ReplicaPlan:
    return ReplicaPlan(
        replica=replica, target=target, project="default", deployment="d", revision=1, model="m", version=1,
        digest=DIGEST, role="champion",
    )  # fmt: skip


class Shelf:
    """A target that keeps its replicas in a dictionary."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.replicas: dict[str, ObservedReplica] = {}
        self.away = False

    async def observe(self) -> list[ObservedReplica]:
        if self.away:
            raise UnavailableError("The shelf is away.")
        return list(self.replicas.values())

    async def start(self, plan: ReplicaPlan) -> None:
        assert plan.replica not in self.replicas
        self.replicas[plan.replica] = ObservedReplica(plan=plan, phase="ready")

    async def drain(self, replica: str) -> None:
        self.replicas[replica] = self.replicas[replica].model_copy(update={"phase": "gone"})

    async def remove(self, replica: str) -> None:
        self.replicas.pop(replica, None)


class Plugin:
    def __init__(self, *shelves: Shelf) -> None:
        self.shelves = shelves

    @hookimpl
    def targets(self, workplace: Workplace) -> Iterable[Target]:
        assert workplace.home.is_dir()
        return self.shelves


class Home:
    """The part of a workplace that is asked for before anything is deployed."""

    def __init__(self, home: Path) -> None:
        self.home = home


@pytest.fixture
def shelves() -> tuple[Shelf, Shelf]:
    return Shelf("oak"), Shelf("pine")


@pytest.fixture
def both(shelves: tuple[Shelf, Shelf]) -> Targets:
    return Targets({each.name: each for each in shelves})


def test_the_process_target_and_a_plugin_s_come_through_one_hook(tmp_path: Path, shelves: tuple[Shelf, Shelf]) -> None:
    found = targets(Home(tmp_path), process, Plugin(*shelves))  # type: ignore[arg-type]  # only its home is used
    assert sorted(found) == ["oak", "pine", "process"]


def test_two_targets_of_one_name_stop_the_start(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="oak"):
        targets(Home(tmp_path), Plugin(Shelf("oak")), Plugin(Shelf("oak")))  # type: ignore[arg-type]


async def test_a_replica_is_started_drained_and_removed_on_its_own_target(
    both: Targets, shelves: tuple[Shelf, Shelf]
) -> None:
    oak, pine = shelves
    await both.start(plan_on("oak"))
    await both.start(plan_on("pine", "r-1"))
    assert (list(oak.replicas), list(pine.replicas)) == (["r-0"], ["r-1"])
    await both.observe()
    await both.drain("r-1")
    assert [each.phase for each in (await both.observe()).replicas] == ["ready", "gone"]
    await both.remove("r-1")
    assert (list(oak.replicas), list(pine.replicas)) == (["r-0"], [])


async def test_starting_over_what_an_earlier_start_left_makes_it_anew(
    both: Targets, shelves: tuple[Shelf, Shelf]
) -> None:
    await both.start(plan_on("oak"))
    await both.start(plan_on("oak"))
    assert list(shelves[0].replicas) == ["r-0"]


async def test_a_target_that_does_not_answer_is_named_and_hides_nobody_else_s_replicas(
    both: Targets, shelves: tuple[Shelf, Shelf]
) -> None:
    await both.start(plan_on("oak"))
    shelves[1].away = True
    seen = await both.observe()
    assert ([each.plan.replica for each in seen.replicas], seen.silent) == (["r-0"], {"pine"})
