"""What the compose file starts, started here: each command and environment as it names them, on a real nats-server.

Only what a container gives is replaced: host names, ports that several containers have alike, the paths of volumes.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from fairlead_chassis.natsd import binary
from fairlead_cli import Client
from fairlead_cli.up.plan import SERVICES
from system.installation import wait_for

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose" / "compose.yaml").read_text())["services"]
CONTAINERFILE = (ROOT / "compose" / "Containerfile").read_text()


@dataclass
class Stack:
    """The containers as processes. `ports` maps (service, port in its container) to a port of this machine."""

    folder: Path
    ports: dict[tuple[str, str], int] = field(default_factory=dict)
    processes: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    def port(self, service: str, inside: str) -> int:
        """The port of this machine that stands for a container's."""
        if (service, inside) not in self.ports:
            with socket.create_server(("127.0.0.1", 0)) as probe:
                self.ports[service, inside] = int(probe.getsockname()[1])
        return self.ports[service, inside]

    def here(self, service: str, text: str) -> str:
        """A word of the compose file as it is on this machine."""
        for volume in COMPOSE[service].get("volumes", ()):
            name, inside = volume.split(":")[:2]
            text = re.sub(rf"(?<![\w/]){re.escape(inside)}", str(self.folder / name), text)
        text = re.sub(r"\bnats:(4222|8222)\b", lambda found: f"127.0.0.1:{self.port('nats', found[1])}", text)
        return text.replace("0.0.0.0", "127.0.0.1")  # noqa: S104  # a container's own network, put on loopback here

    def environment(self, service: str) -> dict[str, str]:
        """What the image sets, and over it what the compose file sets; nats has an image that sets nothing."""
        if service == "nats":
            return {"PATH": os.environ["PATH"]}
        told = {**_of_image(), **COMPOSE[service].get("environment", {})}
        for name in ("FAIRLEAD_HEALTH_PORT", "FAIRLEAD_HTTP_PORT"):
            told |= {name: str(self.port(service, told[name]))} if name in told else {}
        module = f"fairlead_{COMPOSE[service]['build']['args']['SERVICE']}"
        mapped = {name: self.here(service, value) for name, value in told.items()}
        # The image has one Python, these tests' own: whichever comes first elsewhere, as under tox, may be another.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        own = {"PATH": path, "HOME": os.environ["HOME"]}
        return {**own, **mapped, "MODULE": module, "FAIRLEAD_MIN_FREE": "1000000"}

    def command(self, service: str) -> list[str]:
        """What the container runs: the compose file's command, else the image's."""
        if service == "nats":
            given = [self.here(service, each) for each in COMPOSE[service]["command"]]
            monitor = {"8222": str(self.port("nats", "8222"))}
            return [str(binary.find()), *(monitor.get(each, each) for each in given),
                    "--port", str(self.port("nats", "4222"))]  # fmt: skip
        if "command" in COMPOSE[service]:
            program, *words = (self.here(service, each) for each in COMPOSE[service]["command"])
            assert program == "fairlead"
            return [sys.executable, "-c", "import fairlead_cli; fairlead_cli.main()", *words]
        shell = re.search(r'^CMD \["sh", "-c", "(.+)"\]$', CONTAINERFILE, re.MULTILINE)
        assert shell
        return ["sh", "-c", shell[1].replace('\\"', '"')]

    def run(self, service: str) -> None:
        """Run a one-off container to its end."""
        done = subprocess.run(
            self.command(service), env=self.environment(service), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, service: str) -> None:
        """Start a container that goes on."""
        with (self.folder / f"{service}.log").open("wb") as log:
            self.processes[service] = subprocess.Popen(
                self.command(service), env=self.environment(service), stdout=log, stderr=log, start_new_session=True
            )

    def ready(self, service: str) -> bool:
        """What the container's healthcheck asks."""
        inside = re.search(r"127\.0\.0\.1:(\d+)/readyz", COMPOSE[service]["healthcheck"]["test"][-1])
        assert inside
        assert self.processes[service].poll() is None, (self.folder / f"{service}.log").read_text()
        try:
            return httpx.get(f"http://127.0.0.1:{self.port(service, inside[1])}/readyz", timeout=2).is_success
        except httpx.TransportError:
            return False


def _of_image() -> dict[str, str]:
    """The first ENV of the Containerfile, but for the kernels, which this machine has filled already."""
    lines = re.search(r"^ENV (PYTHON.*?)\n\n", CONTAINERFILE, re.MULTILINE | re.DOTALL)
    assert lines
    return {name: value for name, value in re.findall(r"(\w+)=(\S+)", lines[1]) if name != "NUMBA_CACHE_DIR"}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    made = Stack(tmp_path)
    (tmp_path / "home").mkdir()
    (tmp_path / "streams").mkdir()
    yield made
    for name in (*reversed(SERVICES), "nats"):
        if (process := made.processes.get(name)) is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@pytest.mark.timeout(180)
def test_every_container_comes_up_and_a_model_can_be_made(stack: Stack) -> None:
    stack.run("init")
    stack.start("nats")
    stack.run("streams")
    for name in SERVICES:
        stack.start(name)
    deadline = time.monotonic() + 90
    for name in SERVICES:
        wait_for(lambda name=name: stack.ready(name), deadline - time.monotonic())
    token = (stack.folder / "home" / "keys" / "admin.token").read_text()
    with Client(f"http://127.0.0.1:{stack.port('gateway', '8642')}", token) as admin:
        assert admin.create_model(model="made-in-a-container").sequence > 0
        assert [each.model for each in admin.list_models().items] == ["made-in-a-container"]
