"""Every message is counted once, or refused with one reason and kept; the monitor stays up."""

import asyncio
import base64
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from chassis.copies import Copy, running
from fairlead_chassis.natsd import checks
from fairlead_contracts.messages import DEADLETTERS, PROFILES, REASON_HEADER
from fairlead_contracts.operations.monitor import CoverageReport, GetCoverage
from fairlead_contracts.telemetry import ProfilePart
from fairlead_monitor.intake import committing, reader
from fairlead_monitor.intake.telemetry import take_telemetry
from fairlead_monitor.partitions.places import partition_of
from fairlead_monitor.reports.coverage import coverage
from fairlead_monitor.service import SERVICE, hold_partitions
from monitor.world import AT, BASELINE, actuals_batch, deployed, prediction_batch, profile_batch, profile_of
from prometheus_client import REGISTRY as SCRAPED

PARTITION = partition_of("default", "d")


class Monitor:
    """A running monitor with one deployment of two replicas, and a bus to send on."""

    def __init__(self, copy: Copy, server: Any, baseline: str) -> None:
        self.copy, self.server, self.baseline = copy, server, baseline

    def profiles(self, replica: str, sequence: int, **other: Any) -> bytes:
        """A sound batch, but for what is said otherwise."""
        return profile_batch(replica, sequence, 100, **{"baseline": self.baseline, **other}).model_dump_json().encode()

    async def send(self, replica: str, data: bytes, kind: str = "profiles") -> None:
        """Send as this replica."""
        client = await self.server.connect_replica(replica)
        await client.jetstream().publish(f"telemetry.{kind}.{replica}", data)

    def coverage(self) -> CoverageReport:
        with self.copy.chassis.own.files.reading(PARTITION) as db:
            return coverage(db, GetCoverage(**AT))

    async def until(self, holds: Callable[[CoverageReport], bool]) -> CoverageReport:
        """The coverage as soon as it is so."""
        for _ in range(400):
            if holds(report := self.coverage()):
                return report
            await asyncio.sleep(0.025)
        pytest.fail(f"it did not come to hold: {report}")

    async def refused(self, messages: int = 1) -> list[tuple[str, str, str]]:
        """Replica, kind and reason of what was refused, which the dead letters must hold too."""
        report = await self.until(lambda seen: sum(each.messages for each in seen.refused) == messages)
        admin = (await self.server.connect("admin")).jetstream()
        assert (await admin.stream_info(DEADLETTERS)).state.messages == messages
        return [(each.replica, each.kind, each.reason) for each in report.refused]


@contextlib.asynccontextmanager
async def reading(copy: Copy) -> AsyncIterator[None]:
    """Its partitions held and its streams read, as when it runs by itself."""
    tasks = [asyncio.create_task(task(copy.chassis)) for task in (hold_partitions, take_telemetry)]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def monitor(bus_server: Any) -> AsyncIterator[Monitor]:
    async with running(SERVICE, bus_server) as copy:
        baseline = await copy.chassis.objects.put(BASELINE.to_json().encode())
        await deployed(bus_server, baseline, ["r-0", "r-1"])
        async with reading(copy):
            yield Monitor(copy, bus_server, baseline)


async def test_what_is_sound_is_counted_right_after_what_is_not(monitor: Monitor) -> None:
    await monitor.send("r-0", b"{")
    await monitor.send("r-0", monitor.profiles("r-0", 1))
    await monitor.until(lambda seen: seen.counted == 10)
    assert await monitor.refused() == [("r-0", "profiles", "unreadable")]


async def test_prometheus_is_told_how_far_behind_a_batch_was_counted(monitor: Monitor) -> None:
    def batches() -> float:
        return SCRAPED.get_sample_value("fairlead_telemetry_lag_seconds_count", {"stream": PROFILES}) or 0.0

    before = batches()
    await monitor.send("r-0", monitor.profiles("r-0", 1))
    await monitor.until(lambda seen: seen.counted == 10 and batches() == before + 1)


PART = ProfilePart(minute=100, rows=10, profile=profile_of(10))


def part(**other: Any) -> dict[str, Any]:
    return {"profiles": (PART.model_copy(update=other),)}


def negative() -> str:
    data = bytearray(base64.b64decode(PART.profile))
    data[52:60] = (-5).to_bytes(8, "little", signed=True)
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"replica": "r-1"}, "another-replica"),
        ({"deployment": "loans"}, "another-deployment"),
        ({"version": 2}, "another-deployment"),
        ({"baseline": "sha256:" + "0" * 64}, "another-baseline"),
        (part(profile=PART.profile[:80]), "damaged"),
        (part(profile="AAAA"), "damaged"),
        (part(profile="no base64!"), "damaged"),
        (part(profile=negative()), "damaged"),
        (part(rows=11), "damaged"),
        (part(rows=-1), "unreadable"),
        (part(rows=2**62), "unreadable"),
        (part(minute=-1), "unreadable"),
        ({"sequence": 0}, "unreadable"),
        ({"epoch": ""}, "unreadable"),
    ],
    ids=str,
)
async def test_a_profile_that_is_not_sound_is_refused_with_the_reason(
    monitor: Monitor, other: dict[str, Any], reason: str
) -> None:
    batch = profile_batch("r-0", 1, 100, baseline=monitor.baseline).model_copy(update=other)
    await monitor.send("r-0", batch.model_dump_json().encode())
    assert await monitor.refused() == [("r-0", "profiles", reason)]


async def test_numbers_that_are_none_are_refused(monitor: Monitor) -> None:
    data = prediction_batch("r-0", 1, ("p",)).model_dump_json().replace("0.5", "NaN").encode()
    await monitor.send("r-0", data, "predictions")
    assert await monitor.refused() == [("r-0", "predictions", "unreadable")]


async def test_columns_of_different_lengths_are_refused(monitor: Monitor) -> None:
    batch = prediction_batch("r-0", 1, ("p",)).model_copy(update={"rows": (0, 1)})
    await monitor.send("r-0", batch.model_dump_json().encode(), "predictions")
    assert await monitor.refused() == [("r-0", "predictions", "unreadable")]


async def test_a_replica_that_was_never_certified_is_refused_and_its_letter_kept(monitor: Monitor) -> None:
    await monitor.send("ghost", monitor.profiles("ghost", 1))
    admin = (await monitor.server.connect("admin")).jetstream()
    for _ in range(400):
        if (await admin.stream_info(DEADLETTERS)).state.messages:
            break
        await asyncio.sleep(0.025)
    letter = await admin.get_msg(DEADLETTERS, 1)
    assert (letter.headers[REASON_HEADER], letter.data) == ("unknown-replica", monitor.profiles("ghost", 1))


async def test_actuals_are_counted_and_those_of_another_deployment_are_refused(monitor: Monitor) -> None:
    sender = (await monitor.server.connect("gateway")).jetstream()
    good = actuals_batch(1, ("p", 1))
    await sender.publish(
        "telemetry.actuals.default.d", good.model_copy(update={"deployment": "x"}).model_dump_json().encode()
    )
    await sender.publish("telemetry.actuals.default.d", good.model_dump_json().encode())
    await monitor.until(lambda seen: seen.unmatched_actuals == 1)
    assert await monitor.refused() == [("default.d", "actuals", "another-deployment")]


async def test_a_message_that_cannot_be_added_stops_no_other(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(db: sqlite3.Connection, arrived: Any) -> None:
        if any(each.batch.sequence == 2 for each in arrived):
            raise ValueError("a defect")
        real(db, arrived)

    real = committing.take
    monkeypatch.setattr(committing, "take", failing)
    for sequence in (1, 2, 3):
        await monitor.send("r-0", monitor.profiles("r-0", sequence))
    await monitor.until(lambda seen: seen.counted == 40)
    assert await monitor.refused() == [("r-0", "profiles", "failed")]
    assert [(gap.first, gap.last) for gap in monitor.coverage().gaps] == [(2, 2)]


async def test_while_the_file_cannot_be_written_telemetry_waits_and_none_is_lost(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([sqlite3.OperationalError("database or disk is full")] * 2)

    def full(db: Any, *given: Any) -> None:
        if (error := next(failures, None)) is not None:
            raise error
        real(db, *given)

    real = reader.commit
    monkeypatch.setattr(reader, "commit", full)
    monkeypatch.setattr(reader, "PAUSE", 0.01)
    await monitor.send("r-0", monitor.profiles("r-0", 1))
    report = await monitor.until(lambda seen: seen.counted == 10)
    assert report.refused == ()


async def test_doctor_says_what_was_not_counted(monitor: Monitor) -> None:
    admin = await monitor.server.connect("admin")
    assert (await checks.dead_letters(admin)).ok
    await monitor.send("r-1", b"{")
    await monitor.refused()
    found = await checks.dead_letters(admin)
    assert (found.ok, "telemetry.profiles.r-1" in found.detail, "unreadable" in found.detail) == (False, True, True)


async def test_after_a_restart_nothing_is_lost_and_nothing_counts_twice(bus_server: Any) -> None:
    counted = []
    for sequence in (1, 2):
        async with running(SERVICE, bus_server) as copy:
            if sequence == 1:
                baseline = await copy.chassis.objects.put(BASELINE.to_json().encode())
                await deployed(bus_server, baseline, ["r-0"])
            monitor = Monitor(copy, bus_server, baseline)
            await monitor.send("r-0", monitor.profiles("r-0", sequence))
            async with reading(copy):
                report = await monitor.until(lambda seen, least=10 * sequence: seen.counted >= least)
                counted.append(report.counted)
    assert counted == [10, 30]
