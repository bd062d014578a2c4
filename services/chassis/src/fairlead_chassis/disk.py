"""Free disk: looked at now and then, and writes refused before it is gone."""

import time
from pathlib import Path

from fairlead_chassis.natsd.disk import require_free

_OFTEN = 1.0


class Disk:
    """The guard of one data directory."""

    def __init__(self, path: Path, min_free: int) -> None:
        self.path, self.min_free = path, min_free
        self._looked = 0.0

    def require_free(self) -> None:
        """Raises: LowDiskError while there is less than `min_free`."""
        if time.monotonic() - self._looked > _OFTEN:
            require_free(self.path, self.min_free)
            self._looked = time.monotonic()
