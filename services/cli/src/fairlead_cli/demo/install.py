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
        while "ready" not in log.read_text(errors="replace"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise UnavailableError(f"Fairlead did not start; {log} says why.")
            time.sleep(0.05)
        run = read_run(self.home)
        self.url = str(run["url"]) if run else ""

    @property
    def admin_token(self) -> str:
        """The local administrator's token."""
        return (self.home / "keys" / "admin.token").read_text().strip()

    def stop(self) -> None:
        """Drain and end it."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(END_WITHIN)
