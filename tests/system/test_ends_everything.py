"""Ctrl-C and `fairlead down` at any moment of a start end everything, and quickly."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from system.installation import wait_for
from system.processes import of_home

FAIRLEAD = [sys.executable, "-c", "import fairlead_cli; fairlead_cli.main()"]


@contextmanager
def starting(home: Path, *, until: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`fairlead up` in the middle of its start, once it has printed this word."""
    home.mkdir()
    log = home.with_suffix(".log")
    environment = {**os.environ, "FAIRLEAD_MIN_FREE": "1000000"}
    if until == "compiling":
        environment["NUMBA_CACHE_DIR"] = str(home.with_suffix(".kernels"))
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*FAIRLEAD, "up", "--quiet", "--home", str(home), "--port", "0"],
            stdout=output, stderr=output, start_new_session=True, env=environment,
        )  # fmt: skip
    try:
        wait_for(lambda: until in log.read_text() or process.poll() is not None, 60)
        assert "ready after" not in log.read_text()
        yield process
        assert "Traceback" not in log.read_text()
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("moment", ["compiling", "nats-server", "access", "deployer"])
def test_ctrl_c_in_the_middle_of_a_start_leaves_no_process(moment: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with starting(home, until=moment) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0
        assert of_home(home) == []


@pytest.mark.parametrize("moment", ["compiling", "access"])
def test_down_in_the_middle_of_a_start_leaves_no_process(moment: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with starting(home, until=moment) as process:
        said = subprocess.check_output([*FAIRLEAD, "down", "--home", str(home)], text=True, timeout=60)
        assert "ended" in said
        assert process.wait(1) == 0
        assert of_home(home) == []


def test_a_closed_terminal_ends_everything(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with starting(home, until="access") as process:
        process.send_signal(signal.SIGHUP)
        assert process.wait(40) == 0
        assert of_home(home) == []


def test_ctrl_c_during_the_first_imports_is_no_traceback() -> None:
    interrupt = (
        "import os, signal, sys, types\n"
        "def find_spec(name, *_):\n"
        "    if name == 'fairlead_cli.app': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, types.SimpleNamespace(find_spec=find_spec))\n"
        "import fairlead_cli; fairlead_cli.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", interrupt, "status"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")


def test_down_where_nothing_runs_says_so_and_makes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert "Nothing runs" in subprocess.check_output([*FAIRLEAD, "down", "--home", str(home)], text=True)
    assert not home.exists()
