"""Run a replica: `python -m fairlead_runtime FOLDER`."""

import asyncio
import sys
from pathlib import Path

from fairlead_chassis.log import configure

from fairlead_runtime.replica import run

configure("runtime")
sys.exit(asyncio.run(run(Path(sys.argv[1]))))
