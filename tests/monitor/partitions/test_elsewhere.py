"""Copies on data directories of their own: each has its partitions only, and asks the other for the rest."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from chassis.copies import Copy, running
from fairlead_contracts.errors import NotFoundError
from fairlead_contracts.operations.monitor import GET_COVERAGE, GET_FEATURE
from fairlead_monitor.answering.copies import answer_copies, answered
from fairlead_monitor.intake.telemetry import take_telemetry
from fairlead_monitor.partitions.places import partition_of
from fairlead_monitor.service import SERVICE, hold_partitions
from monitor.world import AT, BASELINE, deployed, profile_batch


@contextlib.asynccontextmanager
async def at_work(*copies: Copy) -> AsyncIterator[None]:
    tasks = [
        asyncio.create_task(task(copy.chassis))
        for copy in copies
        for task in (hold_partitions, answer_copies, take_telemetry)
    ]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def report(copy: Copy, operation: Any, **fields: Any) -> Any:
    context: Any = SimpleNamespace(chassis=copy.chassis, request_id="r")
    return await answered(operation)(operation.request(**AT, **fields), copy.chassis.part, context)


async def test_whichever_copy_is_asked_the_one_that_has_the_data_answers(bus_server: Any, tmp_path: Path) -> None:
    other, objects = SimpleNamespace(**vars(bus_server)), str(bus_server.home / "objects")
    other.home, other.url = tmp_path / "other", bus_server.url
    async with (
        running(SERVICE, bus_server, objects=objects) as here,
        running(SERVICE, other, "1", objects=objects) as there,
        at_work(here, there),
    ):
        baseline = await here.chassis.objects.put(BASELINE.to_json().encode())
        await deployed(bus_server, baseline, ["r-0"])
        replica = await bus_server.connect_replica("r-0")
        batch = profile_batch("r-0", 1, 100, baseline)
        await replica.jetstream().publish("telemetry.profiles.r-0", batch.model_dump_json().encode())
        await here.caught_up()
        await there.caught_up()
        both = [here.chassis.own.owning, there.chassis.own.owning]
        for _ in range(400):
            if [len(each.held) for each in both] == [8, 8]:
                counted = [(await report(copy, GET_COVERAGE)).counted for copy in (here, there)]
                if counted == [10, 10]:
                    break
            await asyncio.sleep(0.025)
        else:
            pytest.fail(f"{[sorted(each.held) for each in both]}")
        asked = [each.holder(partition_of("default", "d")) for each in both]
        assert sorted(asked, key=bool) == [None, next(filter(None, asked))]
        for copy in (here, there):
            with pytest.raises(NotFoundError, match="no feature x"):
                await report(copy, GET_FEATURE, feature="x")
