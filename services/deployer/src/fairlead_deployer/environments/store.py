"""The environments on this machine: whole or not there, built once however many ask, removed when long unused."""

import asyncio
import contextlib
import fcntl
import hashlib
import os
import shutil
import site
import sys
import sysconfig
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from fairlead_chassis.requirements import FILE, requirements
from fairlead_contracts.errors import FairleadError, UnavailableError
from fairlead_contracts.limits import Limits

from fairlead_deployer.environments import uv
from fairlead_deployer.environments.uv import BuildError, Tell

UNUSED = 7 * 86_400.0
"""Seconds after its last use at which an environment that no replica runs in is removed."""
_BUILDING = "building-"
_ALL_BINARY = ("--only-binary", ":all:")


class Environments:
    """Environments below a folder, each named by what it is made of."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._underway: dict[str, asyncio.Task[None]] = {}

    def place(self, digest: str) -> Path:
        """Where the environment of a requirements.txt of this digest is, or will be: this Python's, and no other's."""
        made_of = f"{digest}\n{sys.version}\n{sys.prefix}\n{site.getsitepackages()}"
        return self._folder / hashlib.sha256(made_of.encode()).hexdigest()[:32]

    async def need(self, digest: str, text: str, limits: Limits, tell: Tell) -> None:
        """Have the environment. Who asks while it is built waits for the same build.

        Raises: UnavailableError saying why it cannot be built.
        """
        place = self.place(digest)
        if place.is_dir():
            os.utime(place)
            return
        task = self._underway.get(place.name)
        if task is None:
            task = self._underway[place.name] = asyncio.create_task(self._build(place, text, limits, tell))
            task.add_done_callback(lambda _: self._underway.pop(place.name, None))
        await asyncio.shield(task)

    async def _build(self, place: Path, text: str, limits: Limits, tell: Tell) -> None:
        self._folder.mkdir(mode=0o755, exist_ok=True)
        stated = requirements(text)
        with _locked(self._folder / f"{place.name}.lock"):
            made = Path(tempfile.mkdtemp(prefix=f"{_BUILDING}{place.name}-", dir=self._folder))
            try:
                async with asyncio.timeout(limits.build_seconds):
                    await _made(made, stated, limits.environment_size, tell)
                await asyncio.to_thread(_put, made, place)
            except TimeoutError:
                raise _cannot(f"it took over {limits.build_seconds} s (limit build_seconds)") from None
            except BuildError as error:
                raise _cannot(str(error)) from None
            finally:
                await asyncio.to_thread(shutil.rmtree, made, ignore_errors=True)

    def sweep(self, used: Collection[str]) -> None:
        """Remove what was left half built, and what is in no replica's bundle and was not asked for in a week."""
        for each in self._folder.glob("*/"):
            name = each.name.removeprefix(_BUILDING).partition("-")[0]
            half = each.name.startswith(_BUILDING)
            old = str(each) not in used and time.time() - each.stat().st_mtime > UNUSED
            if not (half or old) or name in self._underway:
                continue
            with contextlib.suppress(FairleadError), _locked(self._folder / f"{name}.lock"):
                shutil.rmtree(each, ignore_errors=True)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UnavailableError("Another deployer builds this Python environment.") from None
        yield


async def _made(folder: Path, stated: list[str], size: int, tell: Tell) -> None:
    file = folder / FILE
    file.write_text("\n".join(stated) + "\n")
    python = folder / "bin" / "python"
    base = ("--python", sys.executable)
    await uv.run(("venv", "--no-project", "--relocatable", "--allow-existing", *base, str(folder)), folder, size, tell)
    await uv.run(("pip", "install", "--python", str(python), *_ALL_BINARY, "-r", str(file)), folder, size, tell)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    await asyncio.to_thread(_finish, packages)


def _finish(packages: Path) -> None:
    # What Python runs by itself at its start would run before the worker has given up its rights.
    for each in (*packages.glob("*.pth"), packages / "sitecustomize.py", packages / "usercustomize.py"):
        each.unlink(missing_ok=True)
    # Fairlead's own packages come from where it is installed, after those that the model asked for.
    folders = [each for each in site.getsitepackages() if Path(each).is_dir()]
    lines = "".join(f"import site; site.addsitedir({each!r})\n" for each in folders)
    (packages / "fairlead.pth").write_text(lines)


def _put(made: Path, place: Path) -> None:
    made.chmod(0o755)
    made.replace(place)


def _cannot(why: str) -> UnavailableError:
    return UnavailableError(f"The Python environment of the model's {FILE} cannot be built: {why}.")
