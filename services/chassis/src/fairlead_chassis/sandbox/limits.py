"""Resource limits: memory, processes, descriptors, file size; core dumps never."""

import contextlib
import os
import resource
from pathlib import Path

_SHARED_ON_TOP = 16 << 30
"""Address space beyond the memory limit: libraries reserve much and use little of it."""


def default_memory() -> int:
    """Half of what this machine or container has, in bytes."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):
            whole = min(whole, int(Path(path).read_text()))
    return whole // 2


def limit(*, memory: int | None, descriptors: int, file_size: int, processes: int | None) -> None:
    """Hold this process and its children to these, in bytes and counts, from now on; None is a default or no limit.

    `processes` is on top of what the user runs now, as the kernel counts all of a user's. Never raises a limit.
    """
    held = memory or default_memory()
    _lower(resource.RLIMIT_DATA, held)
    _lower(resource.RLIMIT_AS, held + _SHARED_ON_TOP)
    _lower(resource.RLIMIT_NOFILE, descriptors)
    _lower(resource.RLIMIT_FSIZE, file_size)
    _lower(resource.RLIMIT_CORE, 0)
    if processes is not None:
        _lower(resource.RLIMIT_NPROC, processes + _running())


def _lower(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with contextlib.suppress(ValueError, OSError):  # a system that does not know this limit
        resource.setrlimit(which, (wanted, wanted))


def _running() -> int:
    count = 0
    for tasks in Path("/proc").glob("[0-9]*/task"):
        with contextlib.suppress(OSError):
            if tasks.stat().st_uid == os.getuid():
                count += len(os.listdir(tasks))
    return count


def prefer_to_end_this() -> None:
    """When the machine runs out of memory, the kernel ends this process before any that the control plane needs."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
