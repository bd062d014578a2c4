"""What a replica's folder and process say of it."""

import json
from pathlib import Path

import psutil
from fairlead_contracts.bundle import STATE_FILE, Bundle, ReplicaState
from fairlead_contracts.targets import ObservedReplica, Phase
from pydantic import ValidationError

from fairlead_deployer.targets import ends
from fairlead_deployer.targets.probes import Probes

PROCESS_FILE, DRAINING = "process.json", "draining"
SILENT = "it does not answer its health checks, so it is ended"


def process_of(folder: Path) -> psutil.Process | None:
    """The live process of a replica's folder; None when it ended. The start time tells it from a reused pid."""
    try:
        started = json.loads((folder / PROCESS_FILE).read_text())
        ends.note_end(folder, started["pid"])
        process = psutil.Process(started["pid"])
        if process.create_time() != started["created"]:
            return None
        if process.status() == psutil.STATUS_ZOMBIE:
            if ends.note_end(folder, process.pid):
                return None
            if ends.awaited(process.pid):
                return (
                    process  # its first thread has ended and the others are about to: only then is there an exit code
                )
            process.wait(0)
            return None
    except (OSError, ValueError, KeyError, psutil.Error):
        return None
    return process


def observed(folder: Path, probes: Probes) -> ObservedReplica | None:
    """The replica of a folder; None when its bundle is not whole."""
    try:
        plan = Bundle.read(folder).plan
    except (OSError, ValidationError):
        return None
    process, state = process_of(folder), _state(folder)
    phase = _phase(folder, alive=process is not None, state=state)
    silent = phase == "ready" and state is not None and probes.silent(state.epoch, state.address or "")
    return ObservedReplica(
        plan=plan,
        phase="failed" if silent else phase,
        address=state.address if state else None,
        public_key=state.public_key if state else None,
        epoch=state.epoch if state else None,
        pid=process.pid if process else None,
        started=state.started if state else None,
        healthy=state is None or state.healthy,
        detail=SILENT if silent else _detail(folder, phase, state),
    )


def _detail(folder: Path, phase: Phase, state: ReplicaState | None) -> str:
    said = (state.error or "") if state else ""
    if phase == "starting" and (building := _building(folder)) is not None:
        return f"its Python environment is built: {building}"
    if phase == "failed":
        return said or ends.end_of(folder) or "its process ended; its log may say why"
    return " ".join(each for each in (said, state.trouble if state else "", ends.history_of(folder)) if each)


def _phase(folder: Path, *, alive: bool, state: ReplicaState | None) -> Phase:
    if (folder / DRAINING).exists():
        return "draining" if alive else "gone"
    if not alive and not (folder / PROCESS_FILE).exists() and not ends.end_of(folder):
        return "starting" if _building(folder) is not None else "gone"  # gone: whoever was to start it has ended
    if not alive:
        return "failed"
    return "starting" if state is None or state.address is None else "ready"


def _building(folder: Path) -> str | None:
    return None if (folder / PROCESS_FILE).exists() else ends.building_of(folder)


def _state(folder: Path) -> ReplicaState | None:
    try:
        return ReplicaState.model_validate_json((folder / STATE_FILE).read_bytes())
    except (OSError, ValidationError):
        return None
