"""The archive's files in the object store: put there, and read from where they are once their bytes are checked."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from fairlead_chassis.objects.store import ObjectStore
from fairlead_contracts.errors import DigestMismatchError, NotFoundError
from fairlead_contracts.names import digest_of_file

from fairlead_monitor.archive.manifest import Archived, Fetch

_REMEMBERED = 100_000


class ArchiveStore:
    """Local files are read in place, remote ones fetched for one report; none that is damaged is read."""

    def __init__(self, objects: ObjectStore) -> None:
        self.objects = objects
        self._checked: dict[Path, tuple[int, int, int]] = {}

    async def put(self, file: Path, archived: Archived) -> None:
        """Store a file whole; again, where it is there already. Raises: LowDiskError, UnavailableError."""
        await self.objects.put_file_at(archived.path, file)

    async def fetch(self, wanted: Sequence[Archived], folder: Path) -> list[Path]:
        """Each file on this machine, its bytes checked; `folder` takes what has to be fetched.

        Raises: DigestMismatchError naming the file that is damaged or missing; UnavailableError.
        """
        return [await self._one(each, folder) for each in wanted]

    async def _one(self, archived: Archived, folder: Path) -> Path:
        root = self.objects.folder
        try:
            if root is not None:
                file = root / archived.path
                await asyncio.to_thread(self._check, file, archived)
            else:
                file = folder / archived.path.rpartition("/")[2]
                await self.objects.fetch_at(archived.path, file)
                await asyncio.to_thread(_require, file, archived)
        except (FileNotFoundError, NotFoundError):
            raise _broken(archived, "is missing") from None
        return file

    def _check(self, file: Path, archived: Archived) -> None:
        # A file that is as it was when it was hashed is not hashed again: names never stand for other bytes.
        found = file.stat()
        sign = (found.st_mtime_ns, found.st_size, found.st_ino)
        if self._checked.get(file) == sign:
            return
        _require(file, archived)
        if len(self._checked) >= _REMEMBERED:
            self._checked.clear()
        self._checked[file] = sign


def fetching(store: ArchiveStore, loop: asyncio.AbstractEventLoop) -> Fetch:
    """How a report gets its files; to be called from another thread than the loop's."""
    return lambda files, folder: asyncio.run_coroutine_threadsafe(store.fetch(files, folder), loop).result()


def _require(file: Path, archived: Archived) -> None:
    if digest_of_file(file) != archived.digest:
        raise _broken(archived, "is damaged: its bytes do not have its digest")


def _broken(archived: Archived, how: str) -> DigestMismatchError:
    return DigestMismatchError(
        f"The file {archived.path} in the object store, with {archived.rows:,} archived predictions, {how}."
        " Bring it back from a copy of the store."
    )
