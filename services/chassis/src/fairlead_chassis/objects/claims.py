"""Claims: which project has uploaded which object. To any other project an object is as good as absent.

An object is stored once, whoever uploads it, so its digest must not be a key to it: digests stand in receipts and logs.
"""

from fairlead_contracts.errors import NotFoundError

from fairlead_chassis.objects.store import ObjectStore

FOLDER = "claims"


class Claims:
    """Empty files beside the objects, one for each project and digest."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    async def add(self, project: str, digest: str) -> None:
        """Note that a project has uploaded an object. Again: note that it is about to be used."""
        await self._objects.put_at(_path(project, digest), b"")

    async def require(self, project: str, digest: str) -> None:
        """Raises: NotFoundError when the project has not uploaded it, with the same words as when nobody has."""
        if not await self._objects.exists_at(_path(project, digest)):
            raise NotFoundError(f"No artifact {digest[:19]}... is stored; upload it first.")


def _path(project: str, digest: str) -> str:
    hexed = digest.removeprefix("sha256:")
    return f"{FOLDER}/{project}/{hexed[:2]}/{hexed[2:]}"
