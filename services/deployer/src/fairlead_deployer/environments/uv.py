"""uv in a process of its own: bounded in time and size, told of by its last line, ended with all that it started."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from fairlead_contracts.errors import UnavailableError

Tell = Callable[[str], None]
_KEPT = (
    "PATH", "HOME", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
    "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
)  # fmt: skip
_KEPT_PREFIXES = ("UV_", "XDG_")
_LAST, _LINE, _LOOK = 12, 300, 0.5


class BuildError(Exception):
    """The environment cannot be built; the message says why, with uv's last words."""


def program() -> str:
    """Where uv is. Raises: UnavailableError."""
    try:
        from uv import find_uv_bin

        return str(find_uv_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    if found is None:
        raise UnavailableError("uv is not installed, which builds models' environments: `pip install uv`.")
    return found


async def run(arguments: Sequence[str], folder: Path, size: int, tell: Tell) -> None:
    """Run uv in `folder`, which may grow to `size` bytes. Cancelled, it ends. Raises: BuildError, UnavailableError."""
    environment = {
        name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }
    process = await asyncio.create_subprocess_exec(
        program(), *arguments, cwd=folder, env=environment, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    last: list[str] = []
    try:
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(_watch(folder, size))
            async for line in _lines(process):
                last[:] = [*last, line][-_LAST:]
                tell(line)
            code = await process.wait()
            watch.cancel()
    except* BuildError as group_error:
        raise group_error.exceptions[0] from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    if code:
        raise BuildError(" ".join(last) or f"uv ended with exit code {code}")


async def _lines(process: asyncio.subprocess.Process) -> AsyncIterator[str]:
    if process.stderr is None:  # never, as it is a pipe
        return
    while chunk := await process.stderr.read(4096):
        for line in chunk.decode(errors="replace").splitlines():
            if said := line.strip(" \t│├╰─▶×"):
                yield said[:_LINE]


async def _watch(folder: Path, size: int) -> None:
    while True:
        await asyncio.sleep(_LOOK)
        found = await asyncio.to_thread(_size, folder)
        if found > size:
            raise BuildError(f"it is over its limit of {size:,} bytes (limit environment_size)")


def _size(folder: Path) -> int:
    total = 0
    for root, _folders, files in os.walk(folder):
        for name in files:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(root, name)).st_size
    return total
