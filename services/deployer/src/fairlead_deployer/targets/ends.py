"""How replicas' processes ended, in words: for the status of their deployment, also after they were started anew."""

import contextlib
import json
import os
import signal
import subprocess
from pathlib import Path

import psutil

END_FILE, HISTORY_FILE, BUILDING_FILE = "end.json", "history.json", "building.json"
_WORDS = {
    signal.SIGSEGV: "its process crashed in native code (SIGSEGV)",
    signal.SIGBUS: "its process crashed in native code (SIGBUS)",
    signal.SIGKILL: "its process was killed, by someone or because memory ran out (SIGKILL)",
    signal.SIGABRT: "its process aborted, as native code does when it gets no memory (SIGABRT)",
}
_started: dict[int, "subprocess.Popen[bytes]"] = {}


def keep(process: "subprocess.Popen[bytes]") -> None:
    """Remember a child: only who started it learns its exit code."""
    _started[process.pid] = process


def awaited(pid: int) -> bool:
    """Whether this is a child whose exit code is still to come."""
    return pid in _started


def note_end(folder: Path, pid: int) -> bool:
    """Write down how a replica's process ended. False when it did not, or an earlier deployer started it."""
    process = _started.get(pid)
    if process is None or process.poll() is None:
        return False
    del _started[pid]
    write_end(folder, _in_words(process.returncode))
    return True


def write_end(folder: Path, said: str) -> None:
    """Write down why a replica ended, or was never started."""
    with contextlib.suppress(OSError):
        (folder / END_FILE).write_text(json.dumps(said))


def end_of(folder: Path) -> str:
    """How it ended; empty when that is not known."""
    return _text(folder / END_FILE)


def write_history(folder: Path, said: str) -> None:
    """What is to be said of a replica that was started anew."""
    (folder / HISTORY_FILE).write_text(json.dumps(said))


def write_building(folder: Path, said: str) -> None:
    """How far this process is with the replica's Python environment."""
    folder.mkdir(parents=True, exist_ok=True)
    said_by = {"said": said, "pid": os.getpid(), "created": psutil.Process().create_time()}
    temporary = folder / f".{BUILDING_FILE}"
    temporary.write_text(json.dumps(said_by))
    temporary.replace(folder / BUILDING_FILE)


def building_of(folder: Path) -> str | None:
    """How far building is; None when nobody builds, or who did is gone."""
    try:
        found = json.loads((folder / BUILDING_FILE).read_text())
        builder = psutil.Process(found["pid"])
        return str(found["said"]) if builder.create_time() == found["created"] else None
    except (OSError, ValueError, LookupError, psutil.Error):
        return None


def history_of(folder: Path) -> str:
    """What became of the replica's earlier starts."""
    return _text(folder / HISTORY_FILE)


def _in_words(code: int) -> str:
    if code >= 0:
        return f"its process ended with exit code {code}"
    number = signal.Signals(-code)
    return _WORDS.get(number, f"its process was ended by {number.name}")


def _text(path: Path) -> str:
    try:
        return str(json.loads(path.read_text()))
    except (OSError, ValueError):
        return ""
