"""End every replica of this data directory: `python -m fairlead_deployer.end HOME`, for a whole installation's stop."""

import sys
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from fairlead_deployer.targets.observing import process_of

PATIENCE = 15.0


def main(home: Path) -> None:
    """Ask all to end, wait, then kill what is left."""
    folders = list((home / "replicas").glob("*/"))
    for process in _living(folders):
        process.terminate()
    deadline = time.monotonic() + PATIENCE
    while (left := _living(folders)) and time.monotonic() < deadline:
        time.sleep(0.02)
    for process in left:
        process.kill()


def _living(folders: Iterable[Path]) -> list[psutil.Process]:
    """By their folders and not by their ids, which stay where nobody collects what ended."""
    return [process for folder in folders if (process := process_of(folder)) is not None]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
