"""System calls that the standard library has no name for."""

import ctypes
import os
import signal
import sys
from typing import Any

LINUX = sys.platform == "linux"
_SET_PARENT_DEATH_SIGNAL, _NO_NEW_PRIVS, _SET_DUMPABLE, _CAPBSET_DROP = 1, 38, 4, 24
_CAPSET_HEADER, _LAST_CAPABILITY = 0x20080522, 63
_CAPSET = {"x86_64": 126, "aarch64": 91}


def syscall(number: int, *arguments: Any) -> int:
    """Call the kernel. Raises: OSError as it answers."""
    libc = ctypes.CDLL(None, use_errno=True)
    given = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    result = int(libc.syscall(ctypes.c_long(number), *given))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def prctl(option: int, *arguments: int) -> None:
    """Change this process. Raises: OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    given = [ctypes.c_ulong(each) for each in (*arguments, 0, 0, 0, 0)[:4]]
    if libc.prctl(ctypes.c_int(option), *given) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def no_new_privileges() -> None:
    """No program that this process starts gains rights, set-user-id or not. Raises: OSError."""
    prctl(_NO_NEW_PRIVS, 1)


def keep_memory_private() -> None:
    """No other process of this user may look into this one's memory or environment. Raises: OSError."""
    prctl(_SET_DUMPABLE, 0)


def end_with(parent: int) -> None:
    """Be killed when the thread that started this process ends. Raises: OSError; ProcessLookupError when it has."""
    prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        raise ProcessLookupError


def drop_capabilities() -> None:
    """Root without its powers. Raises: OSError where the kernel refuses."""
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            prctl(_CAPBSET_DROP, capability)
        except OSError:
            break  # the first number that this kernel does not know, or no right to drop: the sets below still go
    header = (ctypes.c_uint32 * 2)(_CAPSET_HEADER, 0)
    syscall(_CAPSET[os.uname().machine], ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))
