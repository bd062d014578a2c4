"""The archive at work: what retention removes, what a crash leaves, what a store that takes nothing means."""

import asyncio
import datetime as dt
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fairlead_contracts.errors import DigestMismatchError, LowDiskError, UnavailableError
from fairlead_monitor.archive import closing, keeping
from fairlead_monitor.archive.expiring import UNNAMED, over, unnamed
from fairlead_monitor.archive.manifest import Knowledge
from fairlead_monitor.archive.writing import folder
from fairlead_monitor.partitions.files import Files
from fairlead_monitor.partitions.places import file_of
from fairlead_monitor.partitions.snapshots import Snapshots
from fairlead_monitor.windows.expiring import forget
from monitor.archive.place import OF, PARTITION, Place
from monitor.world import MINUTE, NOW, actuals_batch, prediction_batch

HOUR, DAY = 60 * MINUTE, 1_440 * MINUTE


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "home", tmp_path / "objects")


def chassis(place: Place, keep_days: int | None = None) -> Any:
    """What the archive's task needs of a running monitor."""
    keeping = [] if keep_days is None else [(*OF, keep_days)]
    own = SimpleNamespace(
        files=place.files, archive=place.store, closing=place.closing, owning=SimpleNamespace(held={PARTITION})
    )
    part = SimpleNamespace(looking=SimpleNamespace(keeping=lambda: keeping))
    return SimpleNamespace(own=own, part=part, objects=place.objects, home=place.home)


def test_few_rows_wait_for_a_day_and_many_for_the_end_of_their_hour(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.arrive(NOW, prediction_batch("r-0", 1, ("a", "b")))
    assert (place.close(NOW + 2 * HOUR), place.hot()) == (0, 2)
    monkeypatch.setattr(closing, "ENOUGH", 2)
    assert (place.close(NOW), place.hot()) == (0, 2)
    assert (place.close(NOW + 2 * HOUR), place.hot()) == (2, 0)
    place.arrive(NOW, prediction_batch("r-0", 2, ("late",)))
    assert (place.close(NOW + 3 * HOUR), place.close(NOW + 2 * DAY), place.hot()) == (0, 1, 0)
    assert len(place.archived()) == 2


def test_a_file_goes_once_all_its_rows_and_their_actuals_are_old(place: Place) -> None:
    place.arrive(NOW, prediction_batch("r-0", 1, ("old",)), actuals_batch(NOW, ("old", 1)))
    place.close(NOW + 2 * DAY)
    place.arrive(NOW + 3 * DAY, prediction_batch("r-0", 2, ("late",)), actuals_batch(NOW + 8 * DAY, ("late", 1)))
    place.close(NOW + 5 * DAY)
    old, late = place.archived()

    def gone(days: int) -> list[Any]:
        with place.files.reading(PARTITION) as db:
            return over(db, OF, NOW + days * DAY, place.fetch)

    assert (gone(0), gone(2), gone(7), gone(9)) == ([], [old], [old], [old, late])


def test_an_actual_that_came_first_stays_as_long_as_its_archived_prediction(place: Place) -> None:
    place.arrive(NOW, actuals_batch(NOW, ("early", 1), ("nobody", 1)))
    place.arrive(NOW + 50 * DAY, prediction_batch("r-0", 1, ("early",)))
    place.close(NOW + 52 * DAY)
    with place.files.writing(PARTITION) as db:
        while forget(db, OF, NOW + 20 * DAY):
            pass
    assert '"labelled":1' in place.told("GET_COVERAGE")


async def test_retention_removes_files_and_what_nothing_names_goes_after_a_day(place: Place) -> None:
    running = chassis(place, keep_days=30)
    await asyncio.to_thread(place.arrive, NOW, prediction_batch("r-0", 1, ("a",)))
    assert await keeping.close_hours(running, PARTITION) == 1
    await place.objects.put_at(f"{folder(PARTITION)}/default/d/left-by-a-crash.parquet", b"x")
    await keeping.sweep_files(running, PARTITION)
    stored = await place.objects.kept(folder(PARTITION))
    assert len(stored) == 2
    await keeping.expire_files(running, PARTITION)
    assert place.archived() == []
    (left,) = await place.objects.kept(folder(PARTITION))
    later = left.written + UNNAMED + dt.timedelta(seconds=1)
    assert unnamed([left], Knowledge(frozenset(), left.written), later) == [left.path]
    after = left.written + dt.timedelta(seconds=1)
    assert unnamed([left], Knowledge(frozenset(), after), later) == [], "all that is left of a partition that was lost"


def test_the_partitions_file_gives_the_room_of_closed_rows_back(place: Place) -> None:
    def size() -> int:
        with place.files.writing(PARTITION) as db:
            db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return file_of(place.home, PARTITION).stat().st_size

    empty = size()
    for sequence in range(1, 6):
        ids = tuple(f"{sequence}-{number:036}" for number in range(2_000))
        place.arrive(NOW, prediction_batch("r-0", sequence, ids))
    assert size() > 2_000_000
    place.close(NOW + 2 * DAY)
    assert size() < empty + 50_000


def refusing(error: Exception) -> Any:
    async def put(*_given: Any) -> None:
        raise error

    return put


@pytest.mark.parametrize("error", [LowDiskError("full"), UnavailableError("S3 says no")])
async def test_a_store_that_takes_nothing_costs_nothing_and_is_told(
    place: Place, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(place.arrive, NOW, prediction_batch("r-0", 1, ("a",)))
    with monkeypatch.context() as patch:
        patch.setattr(place.objects, "put_file_at", refusing(error))
        await a_pass(place)
        assert (place.hot(), keeping.WAITING._value.get()) == (1, 1)
    await a_pass(place)
    assert (place.hot(), keeping.WAITING._value.get()) == (0, 0)


async def a_pass(place: Place) -> None:
    """One pass of the archive's task."""
    task = asyncio.create_task(keeping.keep_archive(chassis(place)))
    passed = asyncio.Event()
    before, set_ = keeping.WAITING.set, keeping.WAITING.set

    def note(value: float) -> None:
        set_(value)
        passed.set()

    keeping.WAITING.set = note  # type: ignore[method-assign]  # to see the end of a pass
    try:
        await asyncio.wait_for(passed.wait(), 30)
    finally:
        keeping.WAITING.set = before  # type: ignore[method-assign]  # as it was
        task.cancel()


def test_a_folder_that_cannot_be_written_is_a_store_that_takes_nothing(place: Place) -> None:
    root = place.objects.folder
    assert root is not None
    (root / "monitor").write_bytes(b"no folder")
    place.arrive(NOW, prediction_batch("r-0", 1, ("a",)))
    with pytest.raises(UnavailableError):
        place.close(NOW + 2 * DAY)
    assert place.hot() == 1
    (root / "monitor").unlink()
    assert place.close(NOW + 2 * DAY) == 1


@pytest.mark.parametrize("how", ["missing", "cut", "changed"])
def test_a_damaged_file_is_one_answer_that_names_it(place: Place, how: str) -> None:
    place.arrive(NOW, prediction_batch("r-0", 1, ("a", "b")))
    place.close(NOW + 2 * DAY)
    place.told("GET_COVERAGE")
    (archived,) = place.archived()
    file = place.objects.folder / archived.path  # type: ignore[operator]  # a local store has a folder
    sound = file.read_bytes()
    match how:
        case "missing":
            file.unlink()
        case "cut":
            file.write_bytes(sound[:-20])
        case "changed":
            file.write_bytes(sound[:100] + bytes([sound[100] ^ 1]) + sound[101:])
    with pytest.raises(DigestMismatchError, match=archived.path):
        place.told("GET_COVERAGE")
    file.write_bytes(sound)
    assert '"predictions":2' in place.told("GET_COVERAGE")


async def test_a_lost_file_comes_back_from_its_copy_the_archive_and_the_stream(place: Place) -> None:
    def first() -> None:
        place.arrive(NOW, prediction_batch("r-0", 1, ("a", "b"), times=(NOW, NOW)))
        place.close(NOW + 2 * DAY)
        place.arrive(NOW + 3 * DAY, prediction_batch("r-0", 2, ("c",)), actuals_batch(NOW, ("a", 1), ("c", 0)))
        with place.files.writing(PARTITION) as db:
            db.conn.execute("INSERT INTO positions VALUES ('PREDICTIONS', 2)")

    def after() -> None:
        # What comes after the copy is closed as well: the file of it is one that nothing names any more.
        place.arrive(NOW + 4 * DAY, prediction_batch("r-0", 3, ("d",)))
        place.close(NOW + 9 * DAY)

    snapshots = Snapshots(place.objects, place.home)
    await asyncio.to_thread(first)
    await snapshots.keep(PARTITION)
    await asyncio.to_thread(after)
    expected = await asyncio.to_thread(place.every_report, ("a", "c"))
    place.files.close(PARTITION)
    shutil.rmtree(place.home / "monitor")
    await snapshots.restore(PARTITION)
    place.files = Files(place.home)
    place.files.take(PARTITION, "me")
    await asyncio.to_thread(place.arrive, NOW + 4 * DAY, prediction_batch("r-0", 3, ("d",)))
    assert await asyncio.to_thread(place.every_report, ("a", "c")) == expected
