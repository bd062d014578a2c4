"""nats-server as a process: its configuration, its start, and starts that fail."""

import os
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fairlead_chassis.natsd import monitoring, server
from fairlead_chassis.natsd.errors import ServerNotReadyError
from fairlead_chassis.natsd.keys import ensure_keys

ROOT = Path(__file__).parents[3]


@pytest.fixture
def keys(tmp_path):
    return ensure_keys(tmp_path)


@pytest.fixture
def run(tmp_path, nats_program, keys):
    """Start servers that end with the test."""
    started = []

    def start(place: server.Place):
        process, addresses = server.start(nats_program, place, keys, tmp_path / "nats.log")
        started.append(process)
        return process, addresses

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_compose_runs_the_configuration_that_is_shipped() -> None:
    assert (ROOT / "compose/nats.conf").read_text() == server.shipped_conf()


def test_a_server_syncs_every_write_and_keeps_its_data_where_it_was_told(run, tmp_path) -> None:
    _, addresses = run(server.Place(tmp_path / "nats"))
    monitoring.require_fit(addresses.monitor_url)
    assert (tmp_path / "nats/jetstream").is_dir()


@pytest.mark.parametrize("name", ["with space", 'quote"d', "ünïcode", "$HOME", "back\\slash"])
def test_a_data_directory_may_have_any_name(run, tmp_path, name) -> None:
    run(server.Place(tmp_path / name))
    assert (tmp_path / name / "jetstream").is_dir()


def test_everything_is_on_the_loopback_interface(run, tmp_path) -> None:
    _, addresses = run(server.Place(tmp_path / "nats"))
    assert {urlsplit(url).hostname for url in (addresses.url, addresses.monitor_url)} == {"127.0.0.1"}


def test_without_the_local_part_the_server_does_not_start(run, nats_program, tmp_path) -> None:
    (tmp_path / "nats.conf").write_text(server.shipped_conf())
    tried = subprocess.run([nats_program, "-c", tmp_path / "nats.conf", "-t"], capture_output=True, check=False)
    assert tried.returncode != 0
    (tmp_path / "local.conf").write_text("debug: false")
    tried = subprocess.run([nats_program, "-c", tmp_path / "nats.conf", "-t"], capture_output=True, check=False)
    assert b"STREAMS_AT" in tried.stderr


def test_the_servers_files_hold_no_secret(run, tmp_path, keys) -> None:
    run(server.Place(tmp_path / "nats"))
    seeds = [path.read_text() for path in keys.directory.glob("*.seed")]
    written = "".join(path.read_text() for path in (tmp_path / "nats").glob("*.conf"))
    assert seeds
    assert not any(seed in written for seed in seeds)


def test_a_restarted_server_answers_at_the_same_place(nats_server) -> None:
    before = nats_server.url, nats_server.monitor_url
    nats_server.restart()
    assert (nats_server.url, nats_server.monitor_url) == before


def test_a_port_that_is_taken_is_said(run, tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        with pytest.raises(ServerNotReadyError) as refused:
            run(server.Place(tmp_path / "nats", port=holder.getsockname()[1]))
    assert "address already in use" in refused.value.detail


def test_what_a_killed_server_left_is_not_believed(run, tmp_path) -> None:
    place = server.Place(tmp_path / "nats")
    first, addresses = run(place)
    first.kill()
    first.wait()
    assert list(place.directory.glob("*.ports"))
    second, now = run(place)
    assert [path.name for path in place.directory.glob("*.ports")] == [f"nats-server_{second.pid}.ports"]
    assert now != addresses


def test_a_server_that_cannot_write_its_data_is_said(run, tmp_path) -> None:
    (tmp_path / "nats").mkdir()
    (tmp_path / "nats/jetstream").write_text("in the way")
    with pytest.raises(ServerNotReadyError) as refused:
        run(server.Place(tmp_path / "nats"))
    assert "jetstream" in refused.value.detail.lower()


def test_waiting_ends_with_the_server(tmp_path) -> None:
    with pytest.raises(ServerNotReadyError, match="ended"):
        server.wait_ready(server.Place(tmp_path), os.getpid(), ended=lambda: True)


def test_waiting_ends_after_a_while(tmp_path) -> None:
    with pytest.raises(ServerNotReadyError, match="did not serve"):
        server.wait_ready(server.Place(tmp_path), os.getpid(), ended=lambda: False, timeout=0.05)


def test_a_server_is_out_of_reach_of_ctrl_c(run, tmp_path) -> None:
    process, _ = run(server.Place(tmp_path / "nats"))
    assert os.getpgid(process.pid) == process.pid != os.getpgid(0)


def test_a_server_ends_cleanly_when_it_is_asked_to(run, tmp_path) -> None:
    process, _ = run(server.Place(tmp_path / "nats"))
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 0
