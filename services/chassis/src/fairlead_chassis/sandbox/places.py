"""Which files a Python process needs in order to run, and whether another user could reach them."""

import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/nix/store", "/opt/homebrew")
_ETC = (
    "/etc/ld.so.cache", "/etc/localtime", "/etc/ssl", "/etc/pki", "/etc/hosts", "/etc/resolv.conf",
    "/etc/nsswitch.conf", "/etc/passwd", "/etc/group", "/etc/mime.types", "/etc/os-release",
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
FACTS = (
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/self",
    "/proc/sys",
    "/sys/devices/system",
    "/sys/fs/cgroup",
)


def libraries() -> tuple[Path, ...]:
    """Folders with programs and libraries: the system's, this Python's, and all that it imports from."""
    found = [*_SYSTEM, sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path]
    return tuple(dict.fromkeys(Path(each).resolve() for each in found if each.startswith("/") and Path(each).exists()))


def facts() -> tuple[Path, ...]:
    """Files of the system that libraries read; there is nothing secret in them."""
    return tuple(Path(each) for each in (*_ETC, *FACTS))


def closed_to(uid: int, paths: Iterable[Path]) -> Path | None:
    """The first folder on the way to `paths` that a user of no group of ours cannot enter; None when all are open."""
    for path in paths:
        for step in (path, *path.parents):
            found = os.stat(step)
            if found.st_uid != uid and not found.st_mode & stat.S_IXOTH:
                return step
    return None
