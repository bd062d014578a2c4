"""What a killed `fairlead up` left: nats-server and services that hold its directory's lock, watched by nobody."""

import contextlib
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import psutil

BUS = "nats-server"
PATIENCE, _OFTEN = 10.0, 0.02


def find(lock: Path) -> list[psutil.Process]:
    """The processes of Fairlead that hold this lock and whose parent does not."""
    place = os.path.realpath(lock)
    holders = {process.pid: process for process in psutil.process_iter() if _holds(process, place)}
    return [each for each in holders.values() if _is_ours(each) and _parent(each) not in holders]


def end(processes: Sequence[psutil.Process]) -> bool:
    """End services first and nats-server last, by force where asking does not help; says whether there were any."""
    services = [each for each in processes if not _is_bus(each)]
    for group in (services, [each for each in processes if each not in services]):
        _end(group)
    return bool(processes)


def _end(processes: Iterable[psutil.Process]) -> None:
    asked = list(processes)
    for each in asked:
        with contextlib.suppress(psutil.Error):
            each.terminate()
    for each in _still_there(asked):
        with contextlib.suppress(psutil.Error):
            each.kill()
    _still_there(asked)


def _still_there(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    deadline, left = time.monotonic() + PATIENCE, list(processes)
    while (left := [each for each in left if _lives(each)]) and time.monotonic() < deadline:
        time.sleep(_OFTEN)
    return left


def _lives(process: psutil.Process) -> bool:
    """Whether it still runs; one that nobody collects, as in a container without an init, does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _holds(process: psutil.Process, place: str) -> bool:
    try:
        return any(file.path == place for file in process.open_files())
    except (psutil.Error, OSError):
        return False


def _parent(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        return int(process.ppid())
    return 0


def _is_ours(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return _is_bus(process) or any(word.startswith("fairlead_") for word in process.cmdline()[1:3])
    return False


def _is_bus(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return Path((process.cmdline() or [""])[0]).name == BUS
    return False
