"""Compiled drift kernels: filled once for all environments of this user, before anything is measured."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from fairlead_cli.up.errors import CannotStartError

MARK = "kernels.json"


async def fill(home: Path, progress: Callable[[str], None], lock: int) -> None:
    """Compile what is not in the cache yet, telling what is being compiled; once for each version.

    Raises: CannotStartError when it cannot be done.
    """
    mark, wanted = home / MARK, json.dumps([version("fairlead-drift"), version("numba"), sys.version])
    if mark.exists() and mark.read_text() == wanted:
        return
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "fairlead_drift", stdout=PIPE, stderr=STDOUT, start_new_session=True, pass_fds=(lock,)
    )
    last = ""
    try:
        async for line in process.stdout or ():  # type: ignore[union-attr]  # it is a pipe
            last = line.decode(errors="replace").strip() or last
            progress(last)
        code = await process.wait()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if code:
        raise CannotStartError(f"The drift kernels could not be compiled: {last}")
    mark.write_text(wanted)
