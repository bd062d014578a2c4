"""The demo's own installation: `fairlead up` in a process of its own, on a directory of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from fairlead_contracts.errors import UnavailableError

from fairlead_cli.up.home import read_run

READY_WITHIN, END_WITHIN = 60.0, 60.0


class Installation:
    """A running Fairlead."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> None:
        """Start it, and wait until it is ready. Raises: UnavailableError naming the log."""
        self.home.mkdir(parents=True, exist_ok=True)
        log = self.home / "up.log"
        environment = {**os.environ, "FAIRLEAD_HOME": str(self.home)}
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603  # our own command
                [sys.executable, "-c", "import fairlead_cli; fairlead_cli.main()", "up", "--quiet",
                 "--home", str(self.home), "--port", str(self.port)],
                stdout=output, stderr=output, env=environment, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + READY_WITHIN
        while not (run := read_run(self.home) or {}).get("ready"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise UnavailableError(f"Fairlead did not start: {_last_words(log)} ({log})")
            time.sleep(0.05)
        self.url = str(run["url"])

    @property
    def admin_token(self) -> str:
        """The local administrator's token."""
        return (self.home / "keys" / "admin.token").read_text().strip()

    def stop(self) -> None:
        """Drain and end it."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(END_WITHIN)


def _last_words(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return " ".join(lines[-3:]) or "it said nothing"
