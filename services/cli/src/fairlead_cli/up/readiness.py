"""Whether a service is ready: it says where its health answers, and that says so."""

import asyncio
import json
from pathlib import Path

import httpx

from fairlead_cli.up.child import Child
from fairlead_cli.up.errors import CannotStartError

_OFTEN = 0.05


async def wait_ready(child: Child, home: Path, patience: float) -> None:
    """Wait until the service is ready.

    Raises: CannotStartError naming its log when it ends, or is not ready in time.
    """
    deadline = asyncio.get_running_loop().time() + patience
    log = home / "logs" / f"{child.name}.log"
    async with httpx.AsyncClient(timeout=1.0) as http:
        while asyncio.get_running_loop().time() < deadline:
            if child.over:
                raise CannotStartError(f"{child.name} ended at its start: {child.reason()} ({log})")
            address = health_address(home, child.name, child.pid)
            if address is not None and await _ready(http, address):
                return
            await asyncio.sleep(_OFTEN)
    raise CannotStartError(f"{child.name} is not ready after {patience:.0f} s; {log} says why.")


def health_address(home: Path, service: str, pid: int | None) -> str | None:
    """The address of a service's health listener, written by the process with this id."""
    for file in (home / "run").glob(f"{service}-*.json"):
        try:
            said = json.loads(file.read_text())
        except (OSError, ValueError):
            continue
        if pid is None or said.get("pid") == pid:
            return str(said["health"])
    return None


async def _ready(http: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await http.get(f"{address}/readyz")).is_success
    except httpx.TransportError:
        return False
