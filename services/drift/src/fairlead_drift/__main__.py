"""Fill the kernel cache: `python -m fairlead_drift`."""

import sys

from fairlead_drift.warm import warm


def _tell(name: str, place: int, of: int) -> None:
    sys.stdout.write(f"compiling drift kernel {place} of {of}: {name}\n")
    sys.stdout.flush()


warm(_tell)
