"""What a confined process can still do: each try runs in a process of its own, as giving up rights is for good."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from fairlead_chassis.sandbox import landlock, seccomp
from fairlead_chassis.sandbox.confine import lacking

needs_landlock = pytest.mark.skipif(landlock.abi() == 0, reason="this kernel has no Landlock")
needs_seccomp = pytest.mark.skipif(not seccomp.available(), reason="this system takes no seccomp filter")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become someone else")

FRAME = """
import json, os, signal, socket, subprocess, sys, threading
from pathlib import Path
from fairlead_chassis.sandbox.confine import Confinement, confine
from fairlead_chassis.sandbox import landlock, seccomp
{before}
missing = confine(Confinement({keeps}))
said = {{}}
def attempt(name, action):
    try:
        said[name] = action()
    except BaseException as error:
        said[name] = type(error).__name__
{tries}
print(json.dumps(said))
"""


def confined(keeps: str, tries: str, before: str = "") -> dict[str, Any]:
    """What came of each try: its value, or the name of its error."""
    code = FRAME.format(keeps=keeps, tries=textwrap.dedent(tries), before=textwrap.dedent(before))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@needs_landlock
def test_only_what_was_named_is_read_and_nothing_else_written(tmp_path: Path) -> None:
    for each in ("given", "own", "keys"):
        (tmp_path / each).mkdir()
        (tmp_path / each / "file").write_text(each)
    said = confined(
        f"readable=(Path('{tmp_path}/given'),), writable=(Path('{tmp_path}/own'),)",
        f"""
        home = Path('{tmp_path}')
        attempt('given', (home / 'given' / 'file').read_text)
        attempt('own', (home / 'own' / 'file').read_text)
        attempt('keys', (home / 'keys' / 'file').read_text)
        attempt('over given', lambda: (home / 'given' / 'file').write_text('x'))
        attempt('own new', lambda: (home / 'own' / 'new').write_text('x'))
        attempt('elsewhere', lambda: (home / 'new').write_text('x'))
        attempt('listing', lambda: os.listdir(home))
        attempt('null', lambda: Path('/dev/null').write_text('x'))
        """,
    )
    assert said == {
        "given": "given", "own": "own", "keys": "PermissionError", "over given": "PermissionError", "own new": 1,
        "elsewhere": "PermissionError", "listing": "PermissionError", "null": 1,
    }  # fmt: skip


@pytest.mark.skipif(landlock.abi() < landlock.NET_ABI, reason="this kernel's Landlock knows no TCP")
def test_only_the_ports_that_were_named_are_reached() -> None:
    said = confined(
        "connect=(allowed.getsockname()[1],)",
        """
        attempt('allowed', lambda: socket.create_connection(allowed.getsockname()).close())
        attempt('other', lambda: socket.create_connection(other.getsockname()))
        attempt('listening', lambda: socket.create_server(('127.0.0.1', 0)))
        """,
        "allowed, other = socket.create_server(('127.0.0.1', 0)), socket.create_server(('127.0.0.1', 0))",
    )
    assert said == {"allowed": None, "other": "PermissionError", "listening": "PermissionError"}


@needs_seccomp
def test_a_models_own_code_has_threads_but_no_processes_and_no_sockets() -> None:
    said = confined(
        "strict=True",
        """
        attempt('fork', os.fork)
        attempt('program', lambda: subprocess.run(['true']))
        attempt('exec', lambda: os.execv('/bin/true', ['true']))
        attempt('tcp', socket.socket)
        attempt('udp', lambda: socket.socket(type=socket.SOCK_DGRAM))
        attempt('kill', lambda: os.kill(os.getppid(), 0))
        thread = threading.Thread(target=lambda: said.update(thread='ran'))
        attempt('start', thread.start)
        thread.join()
        """,
    )
    refused = dict.fromkeys(("fork", "program", "exec", "tcp", "udp", "kill"), "PermissionError")
    assert said == {**refused, "thread": "ran", "start": None}


@needs_seccomp
def test_processes_are_there_for_who_was_given_some() -> None:
    said = confined(
        "strict=True, processes=8",
        """
        child = os.fork()
        if not child:
            os._exit(7)
        said['child'] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        attempt('tcp', socket.socket)
        """,
    )
    assert said == {"child": 7, "tcp": "PermissionError"}


def test_memory_descriptors_and_files_end_at_their_limits(tmp_path: Path) -> None:
    said = confined(
        f"memory=300 << 20, descriptors=40, file_size=1 << 20, writable=(Path('{tmp_path}'),)",
        f"""
        import resource
        attempt('little', lambda: len(bytearray(50 << 20)))
        attempt('much', lambda: bytearray(400 << 20))
        attempt('large file', lambda: Path('{tmp_path}/file').write_bytes(bytes(2 << 20)))
        attempt('descriptors', lambda: [os.open('/dev/null', os.O_RDONLY) for _ in range(50)])
        attempt('core', lambda: resource.getrlimit(resource.RLIMIT_CORE))
        """,
    )
    assert said == {
        "little": 50 << 20, "much": "MemoryError", "large file": "OSError", "descriptors": "OSError", "core": [0, 0],
    }  # fmt: skip
    assert (tmp_path / "file").stat().st_size <= 1 << 20


def test_no_privilege_comes_back() -> None:
    said = confined(
        "",
        """
        status = dict(line.split(':', 1) for line in Path('/proc/self/status').read_text().splitlines() if ':' in line)
        said['no_new_privs'] = status.get('NoNewPrivs', '').strip()
        said['capabilities'] = int(status.get('CapEff', '0'), 16)
        """,
    )
    assert said == {"no_new_privs": "1", "capabilities": 0}


@needs_root
def test_root_becomes_the_user_that_was_named_for_good(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.touch(0o600)
    said = confined(
        f"user=61234, readable=(Path('{tmp_path}'),)",
        f"""
        said['ids'] = [os.getuid(), os.geteuid(), os.getgid(), os.getgroups()]
        attempt('secret', Path('{secret}').read_text)
        attempt('back', lambda: os.setuid(0))
        """,
    )
    assert said == {"ids": [61234, 61234, 61234, []], "secret": "PermissionError", "back": "PermissionError"}


def test_what_a_system_cannot_give_is_said_and_the_rest_is_taken(tmp_path: Path) -> None:
    said = confined(
        "descriptors=50",
        """
        said['missing'] = missing
        import resource
        said['descriptors'] = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        """,
        """
        def absent(*_arguments):
            raise OSError(38, 'Function not implemented')
        landlock.syscall = absent
        """,
    )
    assert said["descriptors"] == 50
    assert [each for each in said["missing"] if "Landlock" in each and "not implemented" in each]


def test_a_whole_system_lacks_nothing_and_an_old_kernel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "abi", lambda: 0)
    assert "no Landlock" in " ".join(lacking())
    monkeypatch.setattr(landlock, "abi", lambda: 3)
    assert "TCP" in " ".join(lacking())
