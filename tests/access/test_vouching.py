"""An operator who vouches for nats-server is on the ledger with it, once for each change of mind."""

from typing import Any

from chassis.copies import Copy, running
from fairlead_access.service import SERVICE


def stated(copy: Copy) -> list[bool]:
    rows = copy.chassis.view.db.execute("SELECT assumed FROM sync_assumed ORDER BY sequence")
    return [bool(row[0]) for row in rows]


async def test_who_does_not_vouch_leaves_nothing_on_the_ledger(access: Copy) -> None:
    assert stated(access) == []


async def test_vouching_and_its_end_are_each_stated_once(bus_server: Any) -> None:
    for assumed in (True, True, False, False):
        async with running(SERVICE, bus_server, assume_sync=assumed) as copy:
            assert copy.chassis.part.sync_assumed is assumed
    async with running(SERVICE, bus_server) as copy:
        assert stated(copy) == [True, False]
