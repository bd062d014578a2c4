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
from fairlead_contracts.bundle import (
    ARTIFACTS,
    BASELINE_FILE,
    BUNDLE_FILE,
    CREDENTIALS_FILE,
    STATE_FILE,
    Bundle,
    ReplicaState,
)
from fairlead_contracts.hookspecs import hookimpl
from fairlead_contracts.targets import ObservedReplica, Phase, ReplicaPlan, Target
from fairlead_contracts.workplace import Workplace
from pydantic import ValidationError

from fairlead_deployer.targets.owner import give_away

PROCESS_FILE, DRAINING = "process.json", "draining"
_KEPT = ("PATH", "LANG", "LC_ALL", "HOME", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "VIRTUAL_ENV")


class ProcessTarget:
    """Replicas outlive the deployer: a restarted one finds them by their folders."""

    name = "process"

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self.folder = workplace.home / "replicas"

    async def observe(self) -> list[ObservedReplica]:
        """Every replica that has a folder with a whole bundle."""
        folders = sorted(self.folder.glob(f"*/{BUNDLE_FILE}"))
        return [seen for each in folders if (seen := _observed(each.parent)) is not None]

    async def start(self, plan: ReplicaPlan) -> None:
        """Write the bundle, then start its process."""
        folder = self.folder / plan.replica
        await self._prepare(folder, plan)
        _spawn(folder, self._workplace.home / "logs" / f"replica-{plan.replica}.log")

    async def drain(self, replica: str) -> None:
        """Mark it and send SIGTERM; the replica answers what it has and flushes."""
        folder = self.folder / replica
        (folder / DRAINING).touch()
        if (process := process_of(folder)) is not None:
            process.send_signal(signal.SIGTERM)

    async def remove(self, replica: str) -> None:
        """End what is left of it, and delete its folder."""
        folder = self.folder / replica
        if (process := process_of(folder)) is not None:
            _kill_all(process)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _prepare(self, folder: Path, plan: ReplicaPlan) -> None:
        bundle = self._workplace.bundle(plan)
        artifacts = folder / ARTIFACTS
        _make_private(folder, artifacts)
        for file in bundle.files:
            (artifacts / file.path).parent.mkdir(parents=True, exist_ok=True)
            await self._workplace.fetch(file.digest, artifacts / file.path)
        await self._workplace.fetch(bundle.baseline, folder / BASELINE_FILE)
        _write_private(folder / CREDENTIALS_FILE, self._workplace.credentials(plan.replica))
        (folder / BUNDLE_FILE).write_text(bundle.model_dump_json())
        give_away(folder)


@hookimpl
def targets(workplace: Workplace) -> Iterable[Target]:
    """The target `process`."""
    return [ProcessTarget(workplace)]


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
    started = {"pid": process.pid, "created": psutil.Process(process.pid).create_time()}
    (folder / PROCESS_FILE).write_text(json.dumps(started))


def _kill_all(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.Error):
        for each in [process, *process.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                each.kill()


def process_of(folder: Path) -> psutil.Process | None:
    """The live process of a replica's folder; None when it ended. The start time tells it from a reused pid."""
    try:
        started = json.loads((folder / PROCESS_FILE).read_text())
        process = psutil.Process(started["pid"])
        if process.create_time() != started["created"]:
            return None
        if process.status() == psutil.STATUS_ZOMBIE:
            process.wait(0)
            return None
    except (OSError, ValueError, KeyError, psutil.Error):
        return None
    return process


def _observed(folder: Path) -> ObservedReplica | None:
    try:
        plan = Bundle.read(folder).plan
    except (OSError, ValidationError):
        return None
    process, state = process_of(folder), _state(folder)
    return ObservedReplica(
        plan=plan,
        phase=_phase(folder, alive=process is not None, state=state),
        address=state.address if state else None,
        public_key=state.public_key if state else None,
        epoch=state.epoch if state else None,
        pid=process.pid if process else None,
        started=state.started if state else None,
        healthy=state is None or state.healthy,
        detail=(state.error or state.trouble) if state else "",
    )


def _phase(folder: Path, *, alive: bool, state: ReplicaState | None) -> Phase:
    if (folder / DRAINING).exists():
        return "draining" if alive else "gone"
    if not alive:
        return "failed"
    return "starting" if state is None or state.address is None else "ready"


def _state(folder: Path) -> ReplicaState | None:
    try:
        return ReplicaState.model_validate_json((folder / STATE_FILE).read_bytes())
    except (OSError, ValidationError):
        return None
