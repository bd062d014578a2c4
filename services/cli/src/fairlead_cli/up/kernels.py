"""Compiled drift kernels: filled once for all environments of this user, before anything is measured."""

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from fairlead_contracts.errors import UnavailableError

MARK = "kernels.json"


def fill(home: Path, progress: Callable[[str], None]) -> None:
    """Compile what is not in the cache yet, telling what is being compiled; once for each version.

    Raises: UnavailableError when it cannot be done.
    """
    mark, wanted = home / MARK, json.dumps([version("fairlead-drift"), version("numba"), sys.version])
    if mark.exists() and mark.read_text() == wanted:
        return
    process = subprocess.Popen(
        [sys.executable, "-m", "fairlead_drift"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        for line in process.stdout or ():
            progress(line.strip())
        failure = process.stderr.read() if process.stderr else ""
    if process.returncode:
        raise UnavailableError(f"The drift kernels could not be compiled: {failure.strip().splitlines()[-1:]}")
    mark.write_text(wanted)
