"""Target `process`: replicas as processes of this machine, each in its own session and folder."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import psutil
from fairlead_chassis.requirements import FILE
from fairlead_contracts.bundle import ARTIFACTS, BASELINE_FILE, BUNDLE_FILE, CREDENTIALS_FILE, Bundle
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.hookspecs import hookimpl
from fairlead_contracts.limits import Limits
from fairlead_contracts.targets import ObservedReplica, ReplicaPlan, Target
from fairlead_contracts.values import now
from fairlead_contracts.workplace import Workplace

from fairlead_deployer.environments.store import Environments
from fairlead_deployer.environments.wanted import environment_file
from fairlead_deployer.targets import ends
from fairlead_deployer.targets.observing import DRAINING, PROCESS_FILE, observed, process_of
from fairlead_deployer.targets.owner import give_away
from fairlead_deployer.targets.probes import Probes

_KEPT = ("PATH", "LANG", "LC_ALL", "HOME", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "VIRTUAL_ENV")


class ProcessTarget:
    """Replicas outlive the deployer: a restarted one finds them by their folders."""

    name = "process"

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self.folder = workplace.home / "replicas"
        self._probes = Probes()
        self._environments = Environments(workplace.home / "envs")
        self._building: dict[str, asyncio.Task[None]] = {}
        self._failures: dict[str, tuple[int, str]] = {}

    async def observe(self) -> list[ObservedReplica]:
        """Every replica that has a folder with a whole bundle."""
        folders = sorted(self.folder.glob(f"*/{BUNDLE_FILE}"))
        seen = [replica for each in folders if (replica := observed(each.parent, self._probes)) is not None]
        self._probes.keep_only({each.epoch for each in seen if each.epoch})
        return seen

    async def start(self, plan: ReplicaPlan) -> None:
        """Write the bundle, then start its process, which may have to wait for its Python environment."""
        folder = self.folder / plan.replica
        bundle = self._workplace.bundle(plan)
        file = environment_file(bundle.files, bundle.card.adapter)
        if file is None:
            await self._prepare(folder, bundle)
            self._spawn(folder)
            return
        ends.write_building(folder, "its Python environment is looked for")
        place = self._environments.place(file.digest)
        await self._prepare(folder, bundle.model_copy(update={"environment": str(place)}))
        self._building[plan.replica] = asyncio.create_task(self._built(folder, file.digest, plan.limits))

    async def _built(self, folder: Path, digest: str, limits: Limits) -> None:
        try:
            text = (folder / ARTIFACTS / FILE).read_text(errors="replace")
            await self._environments.need(digest, text, limits, lambda said: ends.write_building(folder, said))
        except FairleadError as error:
            ends.write_end(folder, error.detail)
        else:
            self._spawn(folder)

    def _spawn(self, folder: Path) -> None:
        _spawn(folder, self._workplace.home / "logs" / f"replica-{folder.name}.log")

    async def drain(self, replica: str) -> None:
        """Mark it and send SIGTERM; the replica answers what it has and flushes."""
        folder = self.folder / replica
        await self._stop_building(replica)
        (folder / DRAINING).touch()
        if (process := process_of(folder)) is not None:
            process.send_signal(signal.SIGTERM)

    async def remove(self, replica: str) -> None:
        """End what is left of it, and delete its folder."""
        folder = self.folder / replica
        await self._stop_building(replica)
        self._remember(folder)
        if (process := process_of(folder)) is not None:
            _kill_all(process)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        self._environments.sweep({each for each in map(_environment, self.folder.glob(f"*/{BUNDLE_FILE}")) if each})

    async def _stop_building(self, replica: str) -> None:
        if (task := self._building.pop(replica, None)) is not None:
            task.cancel()
            await asyncio.wait([task])

    def _remember(self, folder: Path) -> None:
        seen = observed(folder, self._probes)
        if seen is not None and seen.phase == "failed":
            count = self._failures.get(folder.name, (0, ""))[0] + 1
            times = "once" if count == 1 else f"{count} times"
            moment = f"{now():%Y-%m-%dT%H:%M:%SZ}"
            self._failures[folder.name] = (count, f"It was started anew {times}, last at {moment}: {seen.detail}")
        elif seen is not None:
            self._failures.pop(folder.name, None)

    async def _prepare(self, folder: Path, bundle: Bundle) -> None:
        plan = bundle.plan
        artifacts = folder / ARTIFACTS
        _make_private(folder, artifacts)
        for file in bundle.files:
            (artifacts / file.path).parent.mkdir(parents=True, exist_ok=True)
            await self._workplace.fetch(file.digest, artifacts / file.path)
        await self._workplace.fetch(bundle.baseline, folder / BASELINE_FILE)
        _write_private(folder / CREDENTIALS_FILE, self._workplace.credentials(plan.replica))
        (folder / BUNDLE_FILE).write_text(bundle.model_dump_json())
        if plan.replica in self._failures:
            ends.write_history(folder, self._failures[plan.replica][1])
        give_away(folder)


@hookimpl
def targets(workplace: Workplace) -> Iterable[Target]:
    """The target `process`."""
    return [ProcessTarget(workplace)]


def _environment(bundle_file: Path) -> str | None:
    try:
        return Bundle.read(bundle_file.parent).environment
    except (OSError, ValueError):
        return None


def _make_private(folder: Path, artifacts: Path) -> None:
    artifacts.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def _spawn(folder: Path, log: Path) -> None:
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603  # our own module, with a path that we made
            [sys.executable, "-m", "fairlead_runtime", str(folder)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, cwd=folder,
            start_new_session=True, close_fds=True,
        )  # fmt: skip
    ends.keep(process)
    started = {"pid": process.pid, "created": psutil.Process(process.pid).create_time()}
    (folder / PROCESS_FILE).write_text(json.dumps(started))


def _kill_all(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.Error):
        for each in [process, *process.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                each.kill()
