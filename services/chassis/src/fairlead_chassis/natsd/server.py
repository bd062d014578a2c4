"""nats-server as a process: find a program that is new enough, lay out its files, start it, wait until it serves."""

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from fairlead_chassis.natsd import monitoring
from fairlead_chassis.natsd.accounts import accounts_conf
from fairlead_chassis.natsd.errors import ServerNotReadyError
from fairlead_chassis.natsd.keys import Keys
from fairlead_chassis.natsd.private_files import replace

ANY_PORT = -1


@dataclass(frozen=True)
class Place:
    """Where one server lives: a directory of its own, and an address. A restart keeps the ports of the first start."""

    directory: Path
    port: int = ANY_PORT
    monitor_port: int = ANY_PORT
    host: str = "127.0.0.1"


@dataclass(frozen=True)
class Addresses:
    """Where a running server answers: clients at `nats://...`, `/varz` at `http://...`."""

    url: str
    monitor_url: str


def shipped_conf() -> str:
    """The configuration that every server of Fairlead runs with; `compose/nats.conf` is a copy of it."""
    return resources.files("fairlead_chassis.natsd").joinpath("nats.conf").read_text()


def local_conf(keys: Keys, store: Path) -> str:
    """The file beside it, in which places differ: where the server keeps its data, and whom it trusts."""
    return f"STREAMS_AT: {json.dumps(str(store), ensure_ascii=False)}\n{accounts_conf(keys)}"


def prepare(place: Place, keys: Keys) -> None:
    """Write the server's configuration, and clear what a killed server left, so that its ports are not believed."""
    place.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace(place.directory / "nats.conf", shipped_conf())
    replace(place.directory / "local.conf", local_conf(keys, place.directory))
    for stale in place.directory.glob("*.ports"):
        stale.unlink(missing_ok=True)


def command(binary: Path, place: Place) -> list[str]:
    """What to run once `prepare` is done. The log goes to standard error."""
    return [
        str(binary),
        f"--config={place.directory / 'nats.conf'}",
        f"--addr={place.host}",
        f"--port={place.port}",
        f"--http_port={place.monitor_port}",
        f"--ports_file_dir={place.directory}",
    ]


def wait_ready(place: Place, pid: int, ended: Callable[[], bool], timeout: float = 30.0) -> Addresses:
    """Block until the server of process `pid` serves. A large store takes its time to be read back."""
    deadline = time.monotonic() + timeout
    addresses = None
    while not ended():
        addresses = addresses or _addresses(place.directory, pid)
        if addresses and monitoring.healthy(addresses.monitor_url):
            return addresses
        if time.monotonic() > deadline:
            raise ServerNotReadyError(f"nats-server did not serve within {timeout:.0f} s.", "Its log says why.")
        time.sleep(0.002)
    raise ServerNotReadyError(
        "nats-server ended at its start.", "Its log says why; a port that is taken is one reason."
    )


def start(binary: Path, place: Place, keys: Keys, log: Path) -> tuple[subprocess.Popen[bytes], Addresses]:
    """Run a server in a process group of its own, so that Ctrl-C leaves it up until the services have drained."""
    prepare(place, keys)
    with log.open("ab") as sink:
        process = subprocess.Popen(command(binary, place), stdout=sink, stderr=sink, process_group=0)  # noqa: S603  # our own command line
    try:
        return process, wait_ready(place, process.pid, lambda: process.poll() is not None)
    except ServerNotReadyError as error:
        process.kill()
        process.wait()
        raise ServerNotReadyError(error.what, f"Its log, {log}, ends so: {_end_of(log)}") from error


def _addresses(directory: Path, pid: int) -> Addresses | None:
    for path in directory.glob(f"*_{pid}.ports"):
        if text := path.read_text():  # the file exists before its content
            ports = json.loads(text)
            return Addresses(url=ports["nats"][0], monitor_url=ports["monitoring"][0])
    return None


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-3:])
