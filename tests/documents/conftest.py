"""A place to follow a page in: a folder with `.venv`, a data directory, and free ports in place of the usual ones."""

import contextlib
import os
import random
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from documents.sessions import PORTS, Command, Done, run
from system.installation import wait_for
from system.processes import of_home


@dataclass
class Reader:
    """Someone who types what a page says."""

    folder: Path
    ports: dict[str, str]
    environment: dict[str, str]
    terminals: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def home(self) -> Path:
        """The data directory."""
        return Path(self.environment["FAIRLEAD_HOME"])

    def type(self, commands: list[Command], patience: float = 110.0) -> list[Done]:
        """Run commands as they stand, but for the port; each must end as the page says."""
        asked = [Command(self._with_free_ports(each.text), each.expected) for each in commands]
        done = run(asked, self.folder, self.environment, patience)
        for each in done:
            assert each.code == each.command.expected, f"{each.command.text}\n{each.output}"
        assert len(done) == len(asked), f"the session ended before: {asked[len(done)].text}"
        return done

    def _with_free_ports(self, text: str) -> str:
        return re.sub(rf"\b({'|'.join(self.ports)})\b", lambda found: self.ports[found[1]], text)

    def leave_running(self, commands: list[Command]) -> None:
        """Type into a terminal of its own what goes on until it is ended, and wait until it is ready."""
        log = self.folder / f"terminal-{len(self.terminals)}.log"
        with log.open("wb") as output:
            text = "\n".join(each.text for each in commands)
            self.terminals.append(
                subprocess.Popen(
                    ["bash", "-ec", text],
                    cwd=self.folder,
                    env=self.environment,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
            )
        terminal = self.terminals[-1]
        wait_for(lambda: terminal.poll() is not None or "ready after" in log.read_text(), 90)
        assert terminal.poll() is None, log.read_text()


def _lasting_ports() -> Iterator[int]:
    """Free ports that no other process is given before a page's own commands take them: below the ephemeral ones."""
    for port in random.sample(range(12_000, 32_000), 1_000):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            yield port


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    ports = dict(zip(PORTS, map(str, _lasting_ports()), strict=False))
    folder = tmp_path / "clone"
    folder.mkdir()
    (folder / ".venv").symlink_to(Path(sys.prefix))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FAIRLEAD_")} | {
        "FAIRLEAD_HOME": str(tmp_path / "home"),
        "FAIRLEAD_MIN_FREE": "1000000",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",  # as after `activate`, under tox too
        "FAIRLEAD_HTTP_PORT": ports["8642"],
        "COLUMNS": "120",
    }
    reader = Reader(folder, ports, environment)
    yield reader
    if of_home(reader.home):
        subprocess.run([sys.executable, "-c", "import fairlead_cli; fairlead_cli.main()", "down"],
                       env=environment, check=False, capture_output=True)  # fmt: skip
    for terminal in reader.terminals:
        terminal.wait(10)
