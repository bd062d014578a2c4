"""The data directory: one installation holds it at a time, and says in run.json where it answers."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from fairlead_contracts.errors import RefusedError, UnavailableError

RUN_FILE = "run.json"


@contextlib.contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold the data directory until the end.

    Raises: UnavailableError when it cannot be written, RefusedError when another installation runs on it.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (home / "lock").open("a")
    except OSError as error:
        raise UnavailableError(
            f"The data directory {home} cannot be written ({error.strerror}); choose another with --home."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(_who_runs(home)) from None
        try:
            yield
        finally:
            (home / RUN_FILE).unlink(missing_ok=True)


def _who_runs(home: Path) -> str:
    run = read_run(home)
    where = f" (pid {run['pid']}, {run['url'] or 'no gateway'})" if run else ""
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
    """What runs on this directory; None when nothing does."""
    try:
        run: dict[str, Any] = json.loads((home / RUN_FILE).read_text())
        process = psutil.Process(run["pid"])
        return run if process.is_running() and process.create_time() <= run["written"] + 1 else None
    except (OSError, ValueError, KeyError, psutil.Error):
        return None
