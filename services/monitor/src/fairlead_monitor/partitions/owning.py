"""Which partitions this process owns now."""

import asyncio

from fairlead_monitor.partitions.files import Files
from fairlead_monitor.partitions.places import PARTITIONS


class Owning:
    """All of them: this is the only monitor."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.held: frozenset[int] = frozenset(range(PARTITIONS))

    async def changed(self, since: frozenset[int]) -> None:
        """Wait until the partitions held are others than these."""
        while self.held == since:
            await asyncio.Event().wait()
