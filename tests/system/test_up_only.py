"""One service alone: it says so, and promises no address at which nothing answers."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from system.installation import wait_for

FAIRLEAD = [sys.executable, "-c", "import fairlead_cli; fairlead_cli.main()"]


def test_a_service_alone_names_no_address_and_the_commands_say_what_is_missing(tmp_path: Path) -> None:
    home, log = tmp_path / "home", tmp_path / "up.log"
    environment = {**os.environ, "FAIRLEAD_HOME": str(home), "FAIRLEAD_URL": "", "FAIRLEAD_MIN_FREE": "1000000"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*FAIRLEAD, "up", "--quiet", "--only", "access", "--port", "1"],
            stdout=output, stderr=output, env=environment, start_new_session=True,
        )  # fmt: skip
    try:
        wait_for(lambda: process.poll() is not None or "ready after" in log.read_text(), 60)
        said = log.read_text().split("ready after")[1]
        assert "without a gateway" in said
        assert "http" not in said
        assert json.loads((home / "run.json").read_text())["url"] is None
        asked = subprocess.run(
            [*FAIRLEAD, "model", "list"], capture_output=True, text=True, check=False, env=environment
        )
        assert asked.returncode == 1
        assert "Only access runs" in " ".join(asked.stderr.split())
        assert "no gateway" in subprocess.check_output([*FAIRLEAD, "status"], text=True, env=environment)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
