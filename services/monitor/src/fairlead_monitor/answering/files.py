"""Files that an answer leaves: in the object store, for the project that asked, to be downloaded within a day."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from fairlead_chassis.chassis import Chassis
from fairlead_contracts.names import digest_of_file

_PART = 1 << 20


def keeping(chassis: Chassis, project: str) -> Callable[[Path], tuple[str, int]]:
    """Stores a file and returns its digest and size; to be called from another thread than the loop's, made in it.

    Raises: LowDiskError, UnavailableError.
    """
    loop = asyncio.get_running_loop()

    async def keep(file: Path) -> tuple[str, int]:
        chassis.disk.require_free()
        digest, size = await asyncio.to_thread(lambda: (digest_of_file(file), file.stat().st_size))
        await chassis.objects.put_stream(_parts(file), expected_digest=digest, limit=size)
        await chassis.claims.add(project, digest)
        return digest, size

    return lambda file: asyncio.run_coroutine_threadsafe(keep(file), loop).result()


async def _parts(file: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(file.open, "rb") as source:
        while part := await asyncio.to_thread(source.read, _PART):
            yield part
