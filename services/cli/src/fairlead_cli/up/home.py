"""The data directory: one installation holds it at a time, and says in run.json where it answers.

The lock is inherited by nats-server and every service, so it is held for as long as one of them lives, whatever became
of the `fairlead up` that started them: no second nats-server is ever started on one store.
"""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import psutil
from fairlead_contracts.errors import RefusedError

from fairlead_cli.up import leftovers
from fairlead_cli.up.errors import CannotStartError

RUN_FILE, LOCK_FILE = "run.json", "lock"
_PATIENCE, _OFTEN = 5.0, 0.02


@contextlib.contextmanager
def held(home: Path) -> Iterator[int]:
    """Hold the data directory until the end; what a killed installation left on it is ended first.

    Yields: the descriptor of the lock, for the processes that are to share it.
    Raises: CannotStartError when it cannot be written, RefusedError when another installation runs on it.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (home / LOCK_FILE).open("a+")
    except OSError as error:
        raise CannotStartError(
            f"The data directory {home} cannot be written ({error.strerror}); choose another with --home."
        ) from error
    with lock:
        _take(lock, home)
        _sign(lock, {"pid": os.getpid(), "created": psutil.Process().create_time()})
        try:
            yield lock.fileno()
        finally:
            (home / RUN_FILE).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                _sign(lock, None)


def supervisor(home: Path) -> psutil.Process | None:
    """The `fairlead up` that holds this directory, ready or not yet; None when none lives."""
    try:
        said = json.loads((home / LOCK_FILE).read_text())
        process = psutil.Process(said["pid"])
        alive = process.create_time() == said["created"] and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return None
    return process if alive else None


def was_killed(home: Path) -> bool:
    """Whether the last `fairlead up` here was killed, so that processes of it may live on unwatched."""
    with contextlib.suppress(OSError):
        return bool((home / LOCK_FILE).read_text()) and supervisor(home) is None
    return False


def _take(lock: IO[str], home: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _locked(lock):
        if supervisor(home):
            raise RefusedError(_who_runs(home))
        if leftovers.end(leftovers.find(home / LOCK_FILE)):
            deadline = time.monotonic() + _PATIENCE
        elif time.monotonic() > deadline:
            raise RefusedError(
                f"{home} is held by a process that this user may not end; end it, or choose another with --home."
            )
        time.sleep(_OFTEN)


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(lock: IO[str], who: dict[str, Any] | None) -> None:
    lock.truncate(0)
    lock.write(json.dumps(who) if who else "")
    lock.flush()


def _who_runs(home: Path) -> str:
    run, process = read_run(home), supervisor(home)
    url = (run["url"] or "no gateway") if run else "still starting"
    where = f" (pid {process.pid}, {url})" if process else ""
    return (
        f"Fairlead runs on {home} already{where}. `fairlead status` shows it, `fairlead down` ends it;"
        " --home starts another on another directory."
    )


def write_run(home: Path, run: dict[str, Any]) -> None:
    """Write run.json, readable by its owner alone, whole or not at all."""
    temporary = home / f".{RUN_FILE}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(run, file, indent=1)
    temporary.replace(home / RUN_FILE)


def read_run(home: Path) -> dict[str, Any] | None:
    """What runs on this directory; None when nothing does, or when it was killed."""
    process, run = supervisor(home), last_run(home)
    return run if process and run and run.get("pid") == process.pid else None


def last_run(home: Path) -> dict[str, Any] | None:
    """What run.json says, be it still true or not; None when the last installation ended by itself."""
    try:
        run: dict[str, Any] = json.loads((home / RUN_FILE).read_text())
    except (OSError, ValueError):
        return None
    return run
