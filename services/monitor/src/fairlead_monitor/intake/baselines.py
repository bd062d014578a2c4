"""Baselines by their digest, fetched once."""

from collections import OrderedDict

from fairlead_chassis.objects.store import ObjectStore
from fairlead_contracts.errors import DigestMismatchError, NotFoundError
from fairlead_drift import Baseline, BaselineError

KEPT = 256


class Baselines:
    """The newest few, in memory."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._held: OrderedDict[str, Baseline] = OrderedDict()

    async def get(self, digest: str) -> Baseline:
        """Raises: NotFoundError, DigestMismatchError, BaselineError when the store has it not, or damaged."""
        if digest not in self._held:
            self._held[digest] = Baseline.from_json((await self._objects.get(digest)).decode())
        self._held.move_to_end(digest)
        while len(self._held) > KEPT:
            self._held.popitem(last=False)
        return self._held[digest]

    async def find(self, digest: str) -> Baseline | None:
        """The same, or None where the store has lost it: telemetry is counted all the same."""
        try:
            return await self.get(digest)
        except (NotFoundError, DigestMismatchError, BaselineError):
            return None
