"""nats-server of one installation: its keys, its process, its streams. It keeps its ports through restarts."""

import asyncio
from pathlib import Path

from fairlead_chassis.natsd import binary, monitoring, server, streams
from fairlead_chassis.natsd.connect import connect
from fairlead_chassis.natsd.keys import ensure_keys
from fairlead_chassis.natsd.permissions import ADMIN

from fairlead_cli.up.child import Child, Line
from fairlead_cli.up.ports import free

NAME = "nats"


async def start(home: Path, on_line: Line) -> tuple[Child, server.Addresses]:
    """Start the server, refuse one that may not be trusted, make the streams.

    Raises: BusError saying what to do.
    """
    keys = ensure_keys(home)
    host = "127.0.0.1"
    place = server.Place(home / "nats", port=free(host, 0), monitor_port=free(host, 0), host=host)
    server.prepare(place, keys)
    child = Child(NAME, server.command(binary.find(), place), {}, on_line)
    child.start()
    try:
        addresses = await asyncio.to_thread(_serving, place, child)
        monitoring.require_fit(addresses.monitor_url)
        admin = await connect(addresses.url, keys.credentials(ADMIN), name=ADMIN)
        try:
            await streams.provision(admin)
        finally:
            await admin.close()
    except BaseException:
        await child.stop(5.0)
        raise
    return child, addresses


def _serving(place: server.Place, child: Child) -> server.Addresses:
    return server.wait_ready(place, child.first_pid(5.0), lambda: child.restarts > 0)
