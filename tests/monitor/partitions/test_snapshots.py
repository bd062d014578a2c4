"""A partition's file that is lost, or was elsewhere, begins from its newest sound copy; each row counts once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from chassis.copies import Copy, running
from fairlead_chassis.objects.store import ObjectStore
from fairlead_contracts.errors import LowDiskError, UnavailableError
from fairlead_contracts.operations.monitor import GetCoverage
from fairlead_monitor.intake.telemetry import take_telemetry
from fairlead_monitor.partitions.files import Files
from fairlead_monitor.partitions.places import file_of, partition_of
from fairlead_monitor.partitions.snapshots import FOLDER, Snapshots, reach
from fairlead_monitor.reports.coverage import coverage
from fairlead_monitor.service import SERVICE, hold_partitions
from fairlead_monitor.windows.intake import Arrived, take
from fairlead_monitor.windows.store import move, transaction
from monitor.world import AT, BASELINE, NOW, deployed, profile_batch

PARTITION = partition_of("default", "d")


class Place:
    """A data directory beside a shared object store."""

    def __init__(self, folder: Path, name: str) -> None:
        self.home = folder / name
        self.files, self.objects = Files(self.home), ObjectStore(str(folder / "objects"))
        self.snapshots = Snapshots(self.objects, self.home)

    def count(self, sequence: int) -> None:
        """Ten rows for each number, and the stream read as far."""
        if not self.files.holds(PARTITION, "me"):
            self.files.take(PARTITION, "me")
        with self.files.writing(PARTITION) as db, transaction(db) as connection:
            take(connection, [Arrived(profile_batch("r-0", sequence), NOW)])
            move(connection, "PROFILES", sequence)

    def counted(self) -> int:
        with self.files.reading(PARTITION) as db:
            return coverage(db, GetCoverage(**AT)).counted


@pytest.fixture
def here(tmp_path: Path) -> Place:
    return Place(tmp_path, "here")


@pytest.fixture
def there(tmp_path: Path) -> Place:
    return Place(tmp_path, "there")


async def test_a_file_elsewhere_begins_from_the_newest_copy(here: Place, there: Place) -> None:
    for sequence in (1, 2):
        here.count(sequence)
        assert await here.snapshots.keep(PARTITION)
    await there.snapshots.restore(PARTITION)
    assert (there.counted(), reach(file_of(there.home, PARTITION))) == (30, 2)
    there.count(2)
    there.count(3)
    assert there.counted() == 60


async def test_a_file_that_is_further_is_left_as_it_is(here: Place) -> None:
    here.count(1)
    await here.snapshots.keep(PARTITION)
    here.count(2)
    await here.snapshots.restore(PARTITION)
    assert here.counted() == 30


async def test_a_file_that_is_behind_is_replaced(here: Place, there: Place) -> None:
    for place, last in ((here, 3), (there, 1)):
        for sequence in range(1, last + 1):
            place.count(sequence)
        place.files.close(PARTITION)
    await here.snapshots.keep(PARTITION)
    await there.snapshots.restore(PARTITION)
    assert there.counted() == 60


async def test_what_has_not_changed_is_not_copied_again_and_two_copies_are_kept(here: Place) -> None:
    assert not await here.snapshots.keep(PARTITION)
    for sequence in range(1, 5):
        here.count(sequence)
        assert await here.snapshots.keep(PARTITION)
    assert not await here.snapshots.keep(PARTITION)
    assert len(await here.objects.kept(f"{FOLDER}/{PARTITION:02}")) == 2


async def test_a_damaged_copy_is_passed_over_for_an_older_one(here: Place, there: Place, tmp_path: Path) -> None:
    for sequence in (1, 2):
        here.count(sequence)
        await here.snapshots.keep(PARTITION)
    newest = max((tmp_path / "objects" / FOLDER / f"{PARTITION:02}").iterdir())
    newest.write_bytes(b"damaged" * 1_000)
    await there.snapshots.restore(PARTITION)
    assert there.counted() == 10


class Silent(ObjectStore):
    """A store that does not answer."""

    async def kept(self, folder: str) -> Any:
        raise UnavailableError("The object store does not answer; retry.")


async def test_without_the_store_a_file_that_is_here_goes_on_and_one_that_is_lost_waits(here: Place) -> None:
    silent = Snapshots(Silent(str(here.home / "objects")), here.home)
    with pytest.raises(UnavailableError):
        await silent.restore(PARTITION)
    here.count(1)
    await silent.restore(PARTITION)
    assert here.counted() == 10


async def test_a_full_store_keeps_what_it_had_and_says_so(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    here.count(1)
    await here.snapshots.keep(PARTITION)
    here.count(2)

    async def full(_path: str, _file: Path) -> None:
        raise LowDiskError("There is no room for this file.")

    monkeypatch.setattr(here.objects, "put_file_at", full)
    with pytest.raises(LowDiskError, match="no room"):
        await here.snapshots.keep(PARTITION)
    assert len(await here.objects.kept(f"{FOLDER}/{PARTITION:02}")) == 1
    assert [each.name for each in (here.home / "monitor").iterdir() if each.is_dir()] == []


@contextlib.asynccontextmanager
async def at_work(copy: Copy) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(task(copy.chassis)) for task in (hold_partitions, take_telemetry)]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until_counted(copy: Copy, rows: int) -> None:
    for _ in range(400):
        with copy.chassis.own.files.reading(PARTITION) as db:
            if PARTITION in copy.chassis.own.owning.held and coverage(db, GetCoverage(**AT)).counted == rows:
                return
        await asyncio.sleep(0.025)
    pytest.fail("it did not come to hold")


async def test_a_monitor_on_another_machine_has_what_the_streams_no_longer_hold(
    bus_server: Any, tmp_path: Path
) -> None:
    objects = str(bus_server.home / "objects")
    other = SimpleNamespace(**vars(bus_server))
    other.home, other.url = tmp_path / "other", bus_server.url
    replica = await bus_server.connect_replica("r-0")
    async with running(SERVICE, bus_server, objects=objects) as first, at_work(first):
        baseline = await first.chassis.objects.put(BASELINE.to_json().encode())
        await deployed(bus_server, baseline, ["r-0"])
        for sequence in (1, 2):
            batch = profile_batch("r-0", sequence, 100, baseline)
            await replica.jetstream().publish("telemetry.profiles.r-0", batch.model_dump_json().encode())
        await until_counted(first, 30)
        await first.chassis.own.snapshots.keep(PARTITION)
    await (await bus_server.connect("admin")).jetstream().purge_stream("PROFILES")
    batch = profile_batch("r-0", 3, 100, baseline)
    await replica.jetstream().publish("telemetry.profiles.r-0", batch.model_dump_json().encode())
    async with running(SERVICE, other, "1", objects=objects) as second, at_work(second):
        await until_counted(second, 60)
