"""Giving up rights, in the one order that works, and saying what this system cannot give."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fairlead_chassis.sandbox import kernel, landlock, limits, places, seccomp


@dataclass(frozen=True)
class Confinement:
    """What a process keeps. Sizes in bytes.

    `strict`: a model's own code runs here, so there are no sockets and no programs; new processes only when
    `processes` is not 0. `connect`: TCP ports that may be reached.
    `listen`: any free port may be bound. `user`: the uid and gid to become, if any.
    """

    readable: tuple[Path, ...] = ()
    runnable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    connect: tuple[int, ...] = ()
    memory: int | None = None
    descriptors: int = 1024
    file_size: int = 1 << 30
    processes: int = 0
    strict: bool = False
    listen: bool = False
    user: int | None = None


def confine(wanted: Confinement) -> list[str]:
    """Give up everything else, for good. Returns what this system could not give, a sentence each.

    It is called while this process has one thread: Landlock and the filter hold the calling thread and its children.
    """
    limits.prefer_to_end_this()
    missing = _tried("a user of its own", lambda: _become(wanted.user))
    limits.limit(
        memory=wanted.memory, descriptors=wanted.descriptors, file_size=wanted.file_size,
        processes=wanted.processes if wanted.strict else None,
    )  # fmt: skip
    if not kernel.LINUX:
        return [*missing, "Landlock, seccomp and no_new_privs: this system is not Linux"]
    missing += _tried("no_new_privs", kernel.no_new_privileges)
    if os.geteuid() == 0:
        missing += _tried("root without its powers", kernel.drop_capabilities)
    missing += _tried("Landlock", lambda: _files(wanted))
    if wanted.strict:
        missing += _tried("seccomp", lambda: seccomp.restrict(processes=wanted.processes > 0))
    missing += _tried("private memory", kernel.keep_memory_private)
    return missing


def lacking() -> list[str]:
    """What this system cannot give to any process, a sentence each; the user of its own apart."""
    if not kernel.LINUX:
        return ["This system is not Linux: models are held by resource limits alone."]
    found, version = [], landlock.abi()
    if version == 0:
        found.append("This kernel has no Landlock: a model's code can read what its user can, and write there.")
    elif version < landlock.NET_ABI:
        found.append(f"Landlock's version {version} does not restrict TCP; models' own code is held by seccomp.")
    if not seccomp.available():
        found.append("This system takes no seccomp filter: a model's code can open sockets and start programs.")
    return found


def _files(wanted: Confinement) -> None:
    libraries = places.libraries()
    landlock.restrict(
        readable=(*wanted.readable, *places.facts(), *(libraries if wanted.strict else ())),
        runnable=() if wanted.strict else (*wanted.runnable, *libraries),
        writable=(*wanted.writable, *(Path(each) for each in places.DEVICES)),
        connect=wanted.connect,
        listen=wanted.listen,
    )


def _become(user: int | None) -> None:
    if user is None:
        return
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _tried(what: str, step: Callable[[], object]) -> list[str]:
    try:
        step()
    except (OSError, KeyError, AttributeError) as error:
        return [f"{what}: {error}"]
    return []
