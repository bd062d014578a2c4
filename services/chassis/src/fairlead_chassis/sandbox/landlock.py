"""Landlock: which files and ports this process, and all that it starts, can reach from now on (Linux 5.13 and later).

Constants and structures are those of the kernel's `include/uapi/linux/landlock.h`.
"""

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from fairlead_chassis.sandbox.kernel import LINUX, syscall

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION = 1
_BENEATH, _PORT = 1, 2
_EXECUTE, _WRITE, _READ, _LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_RIGHTS_BY_ABI = ((1, 13), (2, 14), (3, 15), (5, 16))
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL
_CONNECT, _BIND = 1 << 1, 1 << 0
NET_ABI, _SCOPE_ABI = 4, 6
_SCOPES = 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


class _Port(ctypes.Structure):
    _fields_ = (("allowed", ctypes.c_uint64), ("port", ctypes.c_uint64))


def abi() -> int:
    """The version of Landlock that the kernel has; 0 for none."""
    if not LINUX:
        return 0
    try:
        return syscall(_CREATE, 0, 0, _VERSION)
    except OSError:
        return 0


def restrict(
    readable: Iterable[Path],
    runnable: Iterable[Path],
    writable: Iterable[Path],
    connect: Iterable[int],
    *,
    listen: bool = False,
) -> None:
    """Reach only these files, and by TCP only these ports, where the kernel can hold that. Paths not there are skipped.

    `runnable` may be read, too; `writable` may be read and filled.
    With `listen` any free port may be bound. Only this thread and those that it starts are
    held, so it is called before there is another. Raises: OSError where the kernel has no Landlock.
    """
    version = abi()
    handled = (1 << max(count for since, count in _RIGHTS_BY_ABI if version >= since or since == 1)) - 1
    net = (_CONNECT | _BIND) if version >= NET_ABI else 0
    size = 24 if version >= _SCOPE_ABI else 16 if version >= NET_ABI else 8
    ruleset = _Ruleset(handled, net, _SCOPES if version >= _SCOPE_ABI else 0)
    rules = syscall(_CREATE, ctypes.byref(ruleset), size, 0)
    try:
        for paths, rights in (
            (readable, _READ | _LIST), (runnable, _READ | _LIST | _EXECUTE), (writable, handled & ~_EXECUTE),
        ):  # fmt: skip
            for path in paths:
                _allow(rules, path, rights & handled)
        for port in connect if net else ():
            syscall(_ADD, rules, _PORT, ctypes.byref(_Port(_CONNECT, port)), 0)
        if net and listen:
            syscall(_ADD, rules, _PORT, ctypes.byref(_Port(_BIND, 0)), 0)  # 0: the kernel chooses the port
        syscall(_RESTRICT, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        allowed = rights if path.is_dir() else rights & _OF_FILES
        syscall(_ADD, rules, _BENEATH, ctypes.byref(_Beneath(allowed, place)), 0)
    finally:
        os.close(place)
