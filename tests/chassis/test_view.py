"""A view belongs to one ledger, skips nothing, and says loudly when either is no longer so."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fairlead_chassis.bus.connection import Bus
from fairlead_chassis.bus.follow import RawMessage, follow
from fairlead_chassis.ledger.appending import Ledger, SequenceConflict
from fairlead_chassis.part import Part
from fairlead_chassis.view import View, ViewMismatchError
from fairlead_contracts.errors import LowDiskError
from fairlead_contracts.facts.access import ProjectCreated
from fairlead_contracts.ledger import Decision, Envelope, FactRecord, ledger_subject
from fairlead_contracts.messages import LEDGER
from fairlead_contracts.values import now

DIGEST = "sha256:" + "0" * 64


def envelope(name: str, operation_id: str = "op") -> Envelope:
    return Envelope(
        operation_id=operation_id, operation="create_project", service="access", actor="user:ada", project="_",
        kind="project", token=name, facts=(ProjectCreated(project=name).record(),),
        decision=Decision(allowed=True, revision=1, rule="test"), request=DIGEST,
    ).sealed()  # fmt: skip


def raw(sequence: int, name: str, data: bytes | None = None) -> RawMessage:
    subject = ledger_subject("project", "_", name)
    return RawMessage(sequence, now(), subject, envelope(name).encode() if data is None else data)


@pytest.fixture
async def bus(bus_server: Any) -> AsyncIterator[Bus]:
    bus = await Bus.connect(bus_server.url, bus_server.keys.credentials("access"), "access")
    yield bus
    await bus.close()


async def appended(bus: Bus, *names: str) -> Ledger:
    ledger = Ledger(bus.js, "access")
    for name in names:
        await ledger.append(ledger_subject("project", "_", name), envelope(name), 0)
    return ledger


async def followed(bus: Bus, folder: Path, upto: int) -> View:
    view = View(folder, "0", Part)
    await view.check(bus)
    task = asyncio.create_task(view.follow(bus))
    await view.reach(upto, 10)
    task.cancel()
    return view


async def test_it_goes_on_where_it_was_and_holds_what_the_ledger_holds(bus: Bus, tmp_path: Path) -> None:
    await appended(bus, "a", "b")
    (await followed(bus, tmp_path, 2)).db.close()
    await appended(bus, "c")
    view = await followed(bus, tmp_path, 3)
    assert [row[0] for row in view.db.execute("SELECT name FROM projects ORDER BY 1")] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE meta SET hash = 'sha256:other'", "is not the one that was applied"),
        ("UPDATE meta SET applied = 99", "ends at"),
        ("UPDATE meta SET created = 'then'", "created"),
    ],
)
async def test_a_view_of_another_ledger_is_refused_with_what_to_do(
    bus: Bus, tmp_path: Path, change: str, said: str
) -> None:
    await appended(bus, "a", "b")
    view = await followed(bus, tmp_path, 2)
    view.db.execute(change)
    with pytest.raises(ViewMismatchError, match=said) as caught:
        await view.check(bus)
    assert "remove" in str(caught.value)


def test_a_message_that_is_missing_stops_the_view(tmp_path: Path) -> None:
    view = View(tmp_path, "0", Part)
    view.apply([raw(1, "a")])
    with pytest.raises(ViewMismatchError, match="message 2 is missing"):
        view.apply([raw(3, "c")])


def test_a_message_of_a_newer_fairlead_stops_the_view_and_is_named(tmp_path: Path) -> None:
    view = View(tmp_path, "0", Part)
    newer = envelope("b").model_copy(update={"facts": (FactRecord(type="later", v=1, data={}),)}).sealed()
    for data in (b'{"v":2}', newer.encode()):
        with pytest.raises(ViewMismatchError, match=r"message 2 on ledger\.project\._\.b.*update it"):
            view.apply([raw(1, "a"), raw(2, "b", data)])
    assert view.applied == 0
    assert view.db.execute("SELECT count(*) FROM projects").fetchone() == (0,)


def test_a_message_that_comes_again_changes_nothing(tmp_path: Path) -> None:
    view = View(tmp_path, "0", Part)
    view.apply([raw(1, "a"), raw(2, "b")])
    view.apply([raw(1, "a"), raw(2, "b"), raw(3, "c")])
    assert view.applied == 3


def test_another_schema_is_another_file_and_the_old_one_goes(tmp_path: Path) -> None:
    class Wider(Part):
        schema = "CREATE TABLE more (one INTEGER) STRICT;"

    View(tmp_path, "0", Part).db.close()
    View(tmp_path, "0", Wider).db.close()
    assert len(list(tmp_path.glob("*.sqlite"))) == 1


async def test_two_writers_cannot_both_win_and_a_lost_answer_is_found_again(bus: Bus) -> None:
    ledger = await appended(bus, "a")
    subject = ledger_subject("project", "_", "a")
    with pytest.raises(SequenceConflict):
        await ledger.append(subject, envelope("a", "another"), 0)
    assert await ledger.append(subject, envelope("a"), 0) == 1


async def test_following_survives_a_killed_server_and_misses_nothing(bus_server: Any, bus: Bus) -> None:
    await appended(bus, "a", "b")
    seen: list[int] = []

    async def run() -> None:
        async for batch in follow(bus.client, LEDGER, 0):
            seen.extend(message.sequence for message in batch)

    task = asyncio.create_task(run())
    await _until(lambda: seen == [1, 2])
    await asyncio.to_thread(bus_server.restart)
    await _appended_once_it_answers(bus)
    await _until(lambda: seen == [1, 2, 3])
    task.cancel()


async def _appended_once_it_answers(bus: Bus) -> None:
    from fairlead_contracts.errors import OutcomeUnknownError

    for _ in range(20):
        try:
            await appended(bus, "c")
        except OutcomeUnknownError:
            continue
        return


async def _until(condition: Any) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # what is waited for happens in other processes
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "damage",
    [lambda data: b"", lambda data: data[: len(data) // 2], lambda data: b"no database" * 1_000,
     lambda data: data[:4096] + bytes(4096) + data[8192:]],
    ids=["emptied", "cut", "overwritten", "a page of zeros"],
)  # fmt: skip
async def test_a_damaged_file_is_built_anew(bus: Bus, tmp_path: Path, damage: Any) -> None:
    await appended(bus, "a", "b")
    (await followed(bus, tmp_path, 2)).db.close()
    file = _file(tmp_path)
    file.write_bytes(damage(file.read_bytes()))
    view = await followed(bus, tmp_path, 2)
    assert [row[0] for row in view.db.execute("SELECT name FROM projects ORDER BY 1")] == ["a", "b"]
    assert _damaged(tmp_path) == [f"{file.name}.damaged"]


async def test_a_removed_file_is_built_anew(bus: Bus, tmp_path: Path) -> None:
    await appended(bus, "a")
    (await followed(bus, tmp_path, 1)).db.close()
    file = _file(tmp_path)
    file.unlink()
    assert (await followed(bus, tmp_path, 1)).applied == 1


def test_a_full_disk_stops_the_view_with_its_reason_and_nothing_half_done(small_disk: Path) -> None:
    view = View(small_disk, "0", Part)
    with pytest.raises(LowDiskError, match="cannot be written"):
        _filled(view)
    [applied] = view.db.execute("SELECT applied FROM meta").fetchone()
    assert view.db.execute("SELECT count(*) FROM projects").fetchone() == (applied,)
    assert view.applied == applied > 0
    view.db.close()


def _filled(view: View) -> None:
    for start in range(1, 100_000, 100):
        view.apply([raw(number, f"n{number}") for number in range(start, start + 100)])


def _file(folder: Path) -> Path:
    [found] = folder.glob("*.sqlite")
    return found


def _damaged(folder: Path) -> list[str]:
    return [each.name for each in folder.glob("*.damaged")]
