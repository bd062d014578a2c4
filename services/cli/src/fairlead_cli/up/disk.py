"""Room on the disk at start: a new installation needs some; one with data goes on answering, and changes wait."""

from collections.abc import Callable
from pathlib import Path

from fairlead_chassis import settings
from fairlead_chassis.natsd.disk import require_free
from fairlead_contracts.errors import LowDiskError


def look(home: Path, warn: Callable[[str], None]) -> None:
    """Raises: LowDiskError when a new data directory has less than `min_free`, or any has nothing at all."""
    try:
        require_free(home, settings.load().min_free)
    except LowDiskError as error:
        if not (home / "nats" / "jetstream").is_dir():
            raise
        require_free(home, _LEAST)
        warn(f"Reads and predictions go on, but changes are refused: {error.detail}")


_LEAST = 16 << 20
"""Bytes: what the bus and the views need to come up on what they have."""
