"""How a replica ended is known even where its process ends thread by thread."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from fairlead_deployer.targets import ends
from fairlead_deployer.targets.observing import PROCESS_FILE, process_of

LEADER_ENDS_FIRST = """
import ctypes, os, signal, sys, threading

def crash():
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGSEGV)

threading.Thread(target=crash).start()
ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)  # exit, of this thread alone
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads of a process end one by one on Linux")
def test_a_process_whose_first_thread_has_ended_lives_until_its_exit_code_is_there(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", LEADER_ENDS_FIRST], stdin=subprocess.PIPE)
    ends.keep(child)
    seen = psutil.Process(child.pid)
    (tmp_path / PROCESS_FILE).write_text(json.dumps({"pid": child.pid, "created": seen.create_time()}))
    while seen.status() != psutil.STATUS_ZOMBIE:
        os.sched_yield()
    assert process_of(tmp_path) is not None
    assert ends.end_of(tmp_path) == ""
    assert child.stdin is not None
    child.stdin.close()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert process_of(tmp_path) is None
    assert "SIGSEGV" in ends.end_of(tmp_path)
