"""Only one deployer acts: on this machine, by a lock on the data directory."""

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator
from pathlib import Path

import structlog

log = structlog.get_logger()
RETRY = 0.5


@contextlib.asynccontextmanager
async def held(path: Path) -> AsyncIterator[None]:
    """Wait for the lock, hold it, give it back. It is given back by the kernel when this process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        waiting = False
        while not _taken(file.fileno()):
            if not waiting:
                log.info("another deployer acts; this one waits for its turn")
            waiting = True
            await asyncio.sleep(RETRY)
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
