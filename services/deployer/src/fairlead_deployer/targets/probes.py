"""Asking replicas whether they live: one whose process runs but answers nobody has failed."""

import asyncio
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_EVERY, _PATIENCE, _MISSES = 1.0, 2.5, 3
_QUESTION = b"GET /v2/health/live HTTP/1.1\r\nhost: replica\r\nconnection: close\r\n\r\n"


@dataclass
class _Probe:
    misses: int = 0
    due: float = 0.0
    asking: "asyncio.Task[None] | None" = field(default=None)


class Probes:
    """What each start of a replica answered of late, by its epoch. Asking goes on beside whoever wants to know."""

    def __init__(self) -> None:
        self._probes: dict[str, _Probe] = {}

    def silent(self, epoch: str, address: str) -> bool:
        """Whether a replica has not answered three times in a row, 2.5 s each; asks again when it is time."""
        probe = self._probes.setdefault(epoch, _Probe())
        if probe.asking is None and time.monotonic() >= probe.due:
            probe.asking = asyncio.create_task(_ask(probe, address))
        return probe.misses >= _MISSES

    def keep_only(self, epochs: set[str]) -> None:
        """Forget every other start."""
        self._probes = {epoch: probe for epoch, probe in self._probes.items() if epoch in epochs}


async def _ask(probe: _Probe, address: str) -> None:
    try:
        async with asyncio.timeout(_PATIENCE):
            lives = await _answers(urlsplit(address).hostname or "", urlsplit(address).port or 0)
    except (OSError, TimeoutError):
        lives = False
    probe.misses = 0 if lives else probe.misses + 1
    probe.due, probe.asking = time.monotonic() + (_EVERY if lives else 0.0), None


async def _answers(host: str, port: int) -> bool:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(_QUESTION)
        return (await reader.readline()).startswith(b"HTTP/1.1 200")
    finally:
        writer.close()
