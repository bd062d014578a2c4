"""Room on the disk. A full one is silent: publishes time out, and the stream stays dead until the server restarts."""

import shutil
from pathlib import Path

from fairlead_contracts.errors import LowDiskError

GIB = 1 << 30
MIN_FREE = GIB
REMEDY = "Free some space, or lower min_free."


def require_free(path: Path, min_free: int = MIN_FREE) -> None:
    """Refuse with the reason when the file system of `path` has less than `min_free` bytes left for us."""
    free = shutil.disk_usage(path).free
    if free < min_free:
        least = f"{free / GIB:.2f} GiB free, less than the {min_free / GIB:.2f} GiB of min_free"
        raise LowDiskError(f"{path} has {least}. {REMEDY}")
