"""Compiled drift kernels: filled once for all environments of this user, before anything is measured."""

import subprocess
import sys
from collections.abc import Callable

from fairlead_contracts.errors import UnavailableError


def fill(progress: Callable[[str], None]) -> None:
    """Compile what is not in the cache yet, telling what is being compiled.

    Raises: UnavailableError when it cannot be done.
    """
    process = subprocess.Popen(  # our own module
        [sys.executable, "-m", "fairlead_drift"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        for line in process.stdout or ():
            progress(line.strip())
        failure = process.stderr.read() if process.stderr else ""
    if process.returncode:
        raise UnavailableError(f"The drift kernels could not be compiled: {failure.strip().splitlines()[-1:]}")
