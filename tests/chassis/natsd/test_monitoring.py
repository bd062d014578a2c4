"""Whether a running server may be trusted with writes: real servers, run right and wrong."""

import http.server
import json
import subprocess
import threading
import time

import pytest
from fairlead_chassis.natsd import monitoring
from fairlead_chassis.natsd.errors import ServerTooOldError, UnreachableError, UnsafeSyncError


@pytest.fixture
def lax_monitor(tmp_path, nats_program):
    """The monitor of a server with JetStream as nats-server has it by default: synced every two minutes."""
    options = ["-js", "-sd", tmp_path, "-a", "127.0.0.1", "-p", "-1", "-m", "-1", "--ports_file_dir", tmp_path]
    with subprocess.Popen([nats_program, *options], stderr=subprocess.DEVNULL) as process:
        ports = tmp_path / f"nats-server_{process.pid}.ports"
        deadline = time.monotonic() + 5
        while not (ports.exists() and ports.stat().st_size):
            assert time.monotonic() < deadline
            time.sleep(0.002)
        yield json.loads(ports.read_text())["monitoring"][0]
        process.kill()


@pytest.fixture
def telling():
    """A monitor that shows a given `/varz`, for servers that cannot be had here."""
    servers = []

    def serve(varz: object) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(varz).encode())

            def log_message(self, *_: object) -> None: ...

        web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(web)
        return f"http://127.0.0.1:{web.server_port}"

    yield serve
    for web in servers:
        web.shutdown()
        web.server_close()


def test_a_server_of_ours_is_fit(nats_server) -> None:
    monitoring.require_fit(nats_server.monitor_url)
    assert monitoring.read(nats_server.monitor_url).jetstream


def test_a_server_that_does_not_sync_every_write_is_refused_with_the_setting(lax_monitor) -> None:
    with pytest.raises(UnsafeSyncError, match="sync_interval: always"):
        monitoring.require_fit(lax_monitor)


def test_the_operator_may_vouch_for_a_server(lax_monitor) -> None:
    monitoring.require_fit(lax_monitor, assume_sync=True)
    monitoring.require_fit(None, assume_sync=True)


def test_a_server_that_nobody_vouches_for_is_refused() -> None:
    with pytest.raises(UnsafeSyncError, match="--assume-sync"):
        monitoring.require_fit(None)


@pytest.mark.parametrize("assume_sync", [False, True])
def test_a_running_server_that_is_too_old_is_refused_whoever_vouches(telling, assume_sync) -> None:
    url = telling({"version": "2.11.4", "jetstream": {"config": {"sync_always": True}}})
    with pytest.raises(ServerTooOldError, match=r"2\.11\.4"):
        monitoring.require_fit(url, assume_sync=assume_sync)


@pytest.mark.parametrize("varz", [{}, {"jetstream": {}}, {"jetstream": {"config": {"sync_always": "true"}}}, []])
def test_a_server_that_does_not_say_that_it_syncs_does_not(telling, varz) -> None:
    shown = {"version": "2.15.1", **varz} if isinstance(varz, dict) else varz
    facts = monitoring.read(telling(shown))
    assert not facts.sync_always


def test_an_address_where_nothing_answers_is_said() -> None:
    with pytest.raises(UnreachableError, match="does not answer"):
        monitoring.require_fit("http://127.0.0.1:9")
    assert not monitoring.healthy("http://127.0.0.1:9")


def test_an_address_that_is_no_monitor_is_said(nats_server) -> None:
    with pytest.raises(UnreachableError):
        monitoring.require_fit(nats_server.url.replace("nats:", "http:"))
