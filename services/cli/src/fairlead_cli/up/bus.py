"""nats-server of one installation: its keys, its process, its streams. It keeps its ports through restarts."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from fairlead_chassis.natsd import binary, monitoring, server, streams
from fairlead_chassis.natsd.connect import connect
from fairlead_chassis.natsd.errors import ServerNotReadyError
from fairlead_chassis.natsd.keys import ensure_keys
from fairlead_chassis.natsd.permissions import ADMIN

from fairlead_cli.up.child import Child, Line
from fairlead_cli.up.errors import CannotStartError
from fairlead_cli.up.home import last_run
from fairlead_cli.up.ports import free

NAME, HOST = "nats", "127.0.0.1"
STOP_WITHIN = 5.0


async def start(home: Path, on_line: Line, lock: int) -> tuple[Child, server.Addresses]:
    """Start the server, refuse one that may not be trusted, make the streams.

    Raises: BusError saying what to do.
    """
    keys = ensure_keys(home)
    before = last_run(home) or {}
    place = server.Place(
        home / "nats",
        port=_as_before(before.get("nats")),
        monitor_port=_as_before(before.get("nats_monitor")),
        host=HOST,
    )
    server.prepare(place, keys)
    child = Child(NAME, server.command(binary.find(), place), {}, on_line, lock)
    child.start()
    try:
        addresses = await _serving(place, child, home)
        monitoring.require_fit(addresses.monitor_url)
        admin = await connect(addresses.url, keys.credentials(ADMIN), name=ADMIN)
        try:
            await streams.provision(admin)
        finally:
            await admin.close()
    except BaseException:
        await child.stop(STOP_WITHIN, asyncio.Event())
        raise
    return child, addresses


def _as_before(address: object) -> int:
    """The port that a killed installation had, where its replicas still look for the bus; else any free one."""
    try:
        return free(HOST, urlsplit(str(address)).port or 0)
    except (CannotStartError, ValueError):
        return free(HOST, 0)


async def _serving(place: server.Place, child: Child, home: Path) -> server.Addresses:
    pid = await child.first_pid()
    try:
        return await asyncio.to_thread(server.wait_ready, place, pid, lambda: child.over)
    except ServerNotReadyError as error:
        log = home / "logs" / f"{NAME}.log"
        raise ServerNotReadyError(error.what, f"It said: {child.reason()} ({log})") from error
