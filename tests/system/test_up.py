"""One installation on one data directory: started twice, on a taken port, where nothing can be written, killed."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from system.installation import Fairlead, wait_for

FAIRLEAD = [sys.executable, "-c", "import fairlead_cli; fairlead_cli.main()"]


def refused(*arguments: str, **environment: str) -> str:
    """What a command says that must fail."""
    done = subprocess.run(
        [*FAIRLEAD, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return " ".join((done.stdout + done.stderr).split())


def test_a_second_start_on_the_same_directory_is_refused_with_what_to_do(fairlead: Fairlead) -> None:
    said = refused("up", "--home", str(fairlead.home), "--port", "0")
    assert f"pid {fairlead.process.pid}" in said
    assert "fairlead down" in said


def test_a_taken_port_is_refused_with_the_flag_to_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = refused("up", "--home", str(tmp_path / "home"), "--port", str(taken.getsockname()[1]))
    assert "--port" in said


def test_a_directory_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "--home" in refused("up", "--home", str(tmp_path / "file" / "home"), "--port", "0")


def test_an_old_nats_server_is_refused_with_its_version(tmp_path: Path) -> None:
    from fairlead_chassis.natsd import binary
    from fairlead_chassis.natsd.errors import ServerTooOldError

    old = tmp_path / "nats-server"
    old.write_text("#!/bin/sh\necho 'nats-server: v2.9.0'\n")
    old.chmod(0o755)
    with pytest.raises(ServerTooOldError, match=r"2\.9\.0"):
        binary.find([old])


def test_a_disk_that_is_nearly_full_takes_no_change_and_says_why(fairlead: Fairlead) -> None:
    from fairlead_chassis.objects.disk import Disk
    from fairlead_contracts.errors import LowDiskError

    with pytest.raises(LowDiskError, match="min_free"):
        Disk([fairlead.home], 1 << 60).require_free()


def test_a_killed_service_comes_back_and_the_others_never_notice(fairlead: Fairlead) -> None:
    said = fairlead.home / "run" / "access-0.json"
    before = json.loads(said.read_text())["pid"]
    os.kill(before, signal.SIGKILL)
    assert fairlead.admin.list_models().items is not None
    wait_for(lambda: json.loads(said.read_text())["pid"] != before, 20)
    wait_for(lambda: fairlead.admin.http.get("/api/v1/principal").is_success, 20)


def test_commands_without_a_server_say_what_to_start(tmp_path: Path) -> None:
    said = refused("model", "list", FAIRLEAD_HOME=str(tmp_path), FAIRLEAD_URL="")
    assert "fairlead up" in said
