"""Which processes belong to a data directory, seen from outside."""

import contextlib
from pathlib import Path

import psutil


def of_home(home: Path) -> list[str]:
    """The command line of every process that was told of this directory, the one that asks left out."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words, told = process.cmdline(), process.environ().get("FAIRLEAD_HOME", "")
            if process.pid != psutil.Process().pid and process.status() != psutil.STATUS_ZOMBIE:
                found += [" ".join(words)] if str(home) in (told, *_paths(words, home)) else []
    return found


def nats_servers(home: Path) -> list[psutil.Process]:
    """Every nats-server that lives on the directory's store."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words = process.cmdline()
            if words and Path(words[0]).name == "nats-server" and _paths(words, home):
                found.append(process)
    return found


def _paths(words: list[str], home: Path) -> list[str]:
    """The directory, once for each word of a command line that names it or something in it."""
    named = [word.partition("=")[2] or word for word in words]
    return [str(home) for word in named if word == str(home) or word.startswith(f"{home}/")]
