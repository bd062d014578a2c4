"""Run a replica: `python -m fairlead_runtime FOLDER`."""

import asyncio
import os
import sys
from pathlib import Path

import uvloop
from fairlead_chassis.observing.log import configure

_LIBRARIES = ("OMP", "OPENBLAS", "MKL")


def main() -> int:
    """Serve the folder that the command line names. Returns the exit code."""
    # Replicas are the unit of scaling: a model that takes every core for one batch slows all its neighbours. The
    # libraries read this when they are loaded, so what loads them is imported after it.
    for library in _LIBRARIES:
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    from fairlead_runtime.replica import run

    configure("runtime")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(run(Path(sys.argv[1])))


sys.exit(main())
