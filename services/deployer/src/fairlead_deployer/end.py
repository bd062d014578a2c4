"""End every replica of this data directory: `python -m fairlead_deployer.end HOME`, for a whole installation's stop."""

import sys
from pathlib import Path

import psutil

from fairlead_deployer.targets.process import process_of

PATIENCE = 15.0


def main(home: Path) -> None:
    """Ask all to end, wait, then kill what is left."""
    replicas = [process for folder in (home / "replicas").glob("*/") if (process := process_of(folder)) is not None]
    for process in replicas:
        process.terminate()
    _, left = psutil.wait_procs(replicas, timeout=PATIENCE)
    for process in left:
        process.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
