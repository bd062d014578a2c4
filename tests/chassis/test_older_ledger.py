"""A nats-server that comes back with another ledger: nothing is written on it, and the service ends saying so."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
from chassis.copies import Copy, running
from fairlead_access.service import SERVICE
from fairlead_chassis.dispatch.changes import STALE_AFTER
from fairlead_chassis.natsd import streams
from fairlead_chassis.natsd.streams import Stream
from fairlead_chassis.view import ViewMismatchError
from fairlead_contracts.errors import FairleadError, LowDiskError, UnavailableError
from fairlead_contracts.messages import LEDGER, LEDGER_SUBJECTS
from fairlead_contracts.operations import access as ops


@pytest.fixture
async def access(bus_server: Any) -> AsyncIterator[Copy]:
    async with running(SERVICE, bus_server) as copy:
        yield copy


async def restored(server: Any, older: bool) -> None:
    """Kill the server, and start it on a copy of its data that was made before the last change, or on none."""
    store = server.home / "nats"
    await asyncio.to_thread(server.kill)
    shutil.rmtree(store / "jetstream")
    if older:
        shutil.copytree(server.home / "backup", store / "jetstream")
    await asyncio.to_thread(server.start)


async def asked_until_answered(access: Copy, name: str) -> list[FairleadError]:
    """What creating a group says, again and again, until following ends."""
    said = []
    while not access.following.done():
        try:
            await access.ask(ops.CREATE_GROUP, group=name)
        except FairleadError as error:
            said.append(error)
        await asyncio.sleep(0.05)
    return said


async def test_older_data_takes_no_change_and_ends_the_service_with_its_reason(bus_server: Any, access: Copy) -> None:
    await access.ask(ops.CREATE_GROUP, group="kept")
    await asyncio.to_thread(bus_server.kill)
    shutil.copytree(bus_server.home / "nats" / "jetstream", bus_server.home / "backup")
    await asyncio.to_thread(bus_server.start)
    await _once(lambda: access.ask(ops.CREATE_GROUP, group="lost"))
    await restored(bus_server, older=True)
    async with asyncio.timeout(20):
        said = await asked_until_answered(access, "forked")
    assert all(isinstance(error, UnavailableError) for error in said)
    with pytest.raises(ViewMismatchError, match="the ledger ends at"):
        access.following.result()
    info = await (await bus_server.connect("access")).jetstream().stream_info(LEDGER, subjects_filter="ledger.group.>")
    assert set(info.state.subjects or {}) == {"ledger.group._.kept"}


async def test_an_empty_server_ends_the_service_with_its_reason(bus_server: Any, access: Copy) -> None:
    await restored(bus_server, older=False)
    async with asyncio.timeout(20):
        await asyncio.wait([access.following])
    with pytest.raises(ViewMismatchError, match="holds no ledger"):
        access.following.result()


async def test_a_change_whose_number_was_used_before_ends_the_following(access: Copy) -> None:
    access.chassis.view.applied += 1_000
    with pytest.raises(FairleadError):
        await access.ask(ops.CREATE_GROUP, group="late")
    async with asyncio.timeout(5):
        await asyncio.wait([access.following])
    with pytest.raises(ViewMismatchError, match="was applied before"):
        access.following.result()


async def test_a_view_that_is_behind_takes_no_change(access: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access.chassis.view, "lag", lambda: STALE_AFTER + 1)
    with pytest.raises(UnavailableError):
        await access.ask(ops.CREATE_GROUP, group="stale")


async def test_a_full_ledger_refuses_clearly_and_holds_what_it_held(nats_server: Any) -> None:
    small = Stream(LEDGER, LEDGER_SUBJECTS, 60_000, streams._FOREVER)
    others = [each for each in streams.STREAMS if each.name != LEDGER]
    await streams.provision(await nats_server.connect("admin"), [small, *others])
    async with running(SERVICE, nats_server) as copy:
        with pytest.raises(LowDiskError, match="ledger takes nothing more"):
            await asyncio.gather(*(copy.ask(ops.CREATE_GROUP, group=f"group-{number}") for number in range(100)))
        assert len((await copy.ask(ops.LIST_GROUPS)).items) > 5


async def _once(ask: Any) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                await ask()
            except FairleadError:
                await asyncio.sleep(0.05)
            else:
                return
