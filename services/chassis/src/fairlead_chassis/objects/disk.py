"""Free disk: looked at now and then, and writes refused before it is gone."""

import time
from collections.abc import Sequence
from pathlib import Path

from fairlead_chassis.natsd.disk import require_free

_OFTEN = 1.0


class Disk:
    """The guard of the folders that data goes to."""

    def __init__(self, folders: Sequence[Path], min_free: int) -> None:
        self.folders, self.min_free = folders, min_free
        self._looked = 0.0

    def require_free(self) -> None:
        """Raises: LowDiskError while there is less than `min_free`."""
        if time.monotonic() - self._looked > _OFTEN:
            for folder in self.folders:
                require_free(folder, self.min_free)
            self._looked = time.monotonic()
