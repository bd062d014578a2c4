"""What `doctor` asks about the bus: small checks, each with its finding and what to do about it."""

import os
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fairlead_contracts.errors import FairleadError
from fairlead_contracts.messages import DEADLETTERS, ORIGIN_HEADER, REASON_HEADER
from nats.aio.client import Client

from fairlead_chassis.natsd import binary, disk, monitoring, streams
from fairlead_chassis.natsd.errors import BusError


@dataclass(frozen=True)
class Check:
    """One finding. `remedy` is empty when all is well."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def program() -> Check:
    """Is there a nats-server that is new enough?"""
    return _judge("nats-server program", lambda: str(binary.find()))


def server(monitor_url: str | None, *, assume_sync: bool = False) -> Check:
    """Is the running server new enough, and is each write on the disk before it is acknowledged?"""

    def fit() -> str:
        monitoring.require_fit(monitor_url, assume_sync=assume_sync)
        return "its operator vouches for it" if assume_sync else "syncs every write"

    return _judge("nats-server", fit)


async def stored_streams(client: Client, replicas: int = 1) -> Check:
    """Are all streams there, and as Fairlead makes them?"""
    try:
        await streams.verify(client, replicas=replicas)
    except BusError as error:
        return _failed("streams", error)
    return Check("streams", True, "all are as Fairlead makes them")


async def dead_letters(client: Client) -> Check:
    """Has telemetry come that could not be counted?"""
    js = client.jetstream()
    state = (await js.stream_info(DEADLETTERS)).state
    if not state.messages:
        return Check("telemetry", True, "all of it was counted")
    last = await js.get_msg(DEADLETTERS, state.last_seq)
    headers = last.headers or {}
    what = f"{state.messages} messages were not counted; the last one, on {headers.get(ORIGIN_HEADER)}, is "
    remedy = f"`fairlead coverage get DEPLOYMENT` names them; stream {DEADLETTERS} keeps them for four weeks."
    return Check("telemetry", False, what + str(headers.get(REASON_HEADER)), remedy)


def free_disk(directory: Path, min_free: int = disk.MIN_FREE) -> Check:
    """Is there room for what comes?"""

    def room() -> str:
        disk.require_free(directory, min_free)
        return f"more than {min_free / disk.GIB:g} GiB free"

    return _judge("free disk", room)


def writable(directory: Path) -> Check:
    """Can the server keep its data here?"""
    try:
        with tempfile.TemporaryFile(dir=directory) as probe:
            probe.write(b"0")
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        return Check("data directory", False, f"{directory}: {reason}", "Make it writable, or set FAIRLEAD_HOME.")
    return Check("data directory", True, f"{directory} is writable")


def private_keys(directory: Path) -> Check:
    """Are the key files closed to everyone else?"""
    open_files = [
        path.name for path in sorted(directory.iterdir()) if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if open_files:
        return Check("keys", False, f"others may open {', '.join(open_files)}", f"chmod 600 {directory}/*")
    return Check("keys", True, "only their owner may open them")


def _judge(name: str, find: Callable[[], str]) -> Check:
    try:
        return Check(name, True, find())
    except FairleadError as error:
        return _failed(name, error)


def _failed(name: str, error: FairleadError) -> Check:
    if isinstance(error, BusError):
        return Check(name, False, error.what, error.remedy)
    return Check(name, False, error.detail.removesuffix(f" {disk.REMEDY}"), disk.REMEDY)
