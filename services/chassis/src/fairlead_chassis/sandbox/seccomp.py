"""A filter on system calls: no new processes, no sockets, no look into others. Kernels without Landlock have it too."""

import ctypes
import errno
import os
import struct
from collections.abc import Iterable

from fairlead_chassis.sandbox.kernel import LINUX, prctl

_SET_SECCOMP, _GET_SECCOMP, _FILTER = 22, 21, 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_THREAD = 0x00010000
_X32 = 0x40000000
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SOCKETS = {"x86_64": (41,), "aarch64": (198,)}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435
_PROCESSES = {"x86_64": (57, 58, 59, 322), "aarch64": (221, 281)}
"""fork, vfork, execve, execveat."""
_OTHERS = {
    "x86_64": (101, 310, 311, 425, 272, 308, 165, 321, 323, 248, 249, 250, 298, 438, 62, 424),
    "aarch64": (117, 270, 271, 425, 97, 268, 40, 280, 282, 217, 218, 219, 241, 438, 129, 424),
}
"""ptrace, process_vm_readv and _writev, io_uring_setup (which opens sockets of its own), unshare, setns, mount, bpf,
userfaultfd, add_key, request_key, keyctl, perf_event_open, pidfd_getfd, kill, pidfd_send_signal."""


def available() -> bool:
    """Whether this kernel and architecture take a filter."""
    if not LINUX or os.uname().machine not in _ARCHITECTURES:
        return False
    try:
        prctl(_GET_SECCOMP)
    except OSError:
        return False
    return True


def restrict(*, processes: bool) -> None:
    """Refuse sockets and looking into others, and new processes unless `processes`. Threads stay possible.

    Needs no_new_privs. Raises: OSError where the kernel takes no filter.
    """
    machine = os.uname().machine
    code = [_step(_LOAD, _ARCHITECTURE), *_unless(_EQUAL, _ARCHITECTURES[machine], _KILL), _step(_LOAD, _NUMBER)]
    if machine == "x86_64":
        code += _when(_AT_LEAST, _X32, _ERRNO | errno.ENOSYS)
    code += _refused((*_SOCKETS[machine], *_OTHERS[machine]))
    if not processes:
        code += _refused(_PROCESSES[machine])
        # clone3 hides its flags from filters: without it the C library falls back to clone, whose flags are seen.
        code += _when(_EQUAL, _CLONE3, _ERRNO | errno.ENOSYS)
        code += [_step(_EQUAL, _CLONE[machine], 0, 4), _step(_LOAD, _FIRST_ARGUMENT)]
        code += [_step(_ANY_BIT, _THREAD, 1, 0), _step(_RETURN, _ERRNO | errno.EPERM), _step(_RETURN, _ALLOW)]
    _install([*code, _step(_RETURN, _ALLOW)])


def _install(code: list[bytes]) -> None:
    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    steps = ctypes.create_string_buffer(b"".join(code))
    program = Program(len(code), ctypes.addressof(steps))
    prctl(_SET_SECCOMP, _FILTER, ctypes.addressof(program))


def _step(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_so, if_not, value)


def _when(test: int, value: int, then: int) -> list[bytes]:
    return [_step(test, value, 0, 1), _step(_RETURN, then)]


def _unless(test: int, value: int, then: int) -> list[bytes]:
    return [_step(test, value, 1, 0), _step(_RETURN, then)]


def _refused(numbers: Iterable[int]) -> list[bytes]:
    return [step for each in numbers for step in _when(_EQUAL, each, _ERRNO | errno.EPERM)]
