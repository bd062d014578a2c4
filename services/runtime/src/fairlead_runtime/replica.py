"""The life of a replica: load, say that it is ready, serve, drain, end."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from fairlead_chassis.bus.connection import Bus
from fairlead_chassis.http.server import Server
from fairlead_chassis.natsd.credentials import Credentials
from fairlead_contracts.bundle import BASELINE_FILE, STATE_FILE, Bundle, ReplicaState
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.names import uuid7
from fairlead_contracts.values import now
from fairlead_drift import Baseline, Profile

from fairlead_runtime.confinement import confine_replica, taken_credentials
from fairlead_runtime.http import Paths
from fairlead_runtime.memory import settle
from fairlead_runtime.model import Loaded, example, load
from fairlead_runtime.protocol.rows import Batch
from fairlead_runtime.protocol.schema import Schema
from fairlead_runtime.serving.guardrails import Guardrails
from fairlead_runtime.serving.serving import Serving
from fairlead_runtime.telemetry.blocks import Blocks
from fairlead_runtime.telemetry.reporter import Reporter
from fairlead_runtime.telemetry.spool import Spool
from fairlead_runtime.worker.parent import WorkerModel

SPOOL = "spool"
log = structlog.get_logger()


async def run(folder: Path) -> int:
    """Serve the bundle in `folder` until told to end. Returns the exit code."""
    bundle, epoch = Bundle.read(folder), uuid7()
    with contextlib.ExitStack() as stack:
        try:
            start = await _started(folder, bundle, stack)
        except FairleadError as error:
            _write_state(
                folder, ReplicaState(pid=os.getpid(), started=now(), epoch=epoch, public_key="", error=error.detail)
            )
            log.error("this replica cannot serve", reason=error.detail)
            return 1
        await _serve(folder, bundle, start, epoch)
    return 0


@dataclass
class _Start:
    baseline: Baseline
    credentials: Credentials
    listener: socket.socket
    model: Loaded


async def _started(folder: Path, bundle: Bundle, stack: contextlib.ExitStack) -> _Start:
    baseline = Baseline.from_json((folder / BASELINE_FILE).read_text())
    # The kernels are loaded, or compiled on a machine's very first start, before anyone waits for them.
    row = example(bundle.signature, baseline)
    Profile.empty(baseline).update_block(*Blocks(baseline, Schema(bundle.signature)).of(Batch(row), 1))
    Guardrails(bundle.serving.guardrails, baseline, {each.name: each.datatype for each in bundle.signature.outputs})
    credentials, listener = taken_credentials(folder), stack.enter_context(_listening(bundle.host))
    confine_replica(folder, bundle)  # while there is one thread, and before a byte of the model is read
    model = stack.enter_context(contextlib.closing(await asyncio.to_thread(load, folder, bundle, row)))
    settle()
    return _Start(baseline, credentials, listener, model)


async def _serve(folder: Path, bundle: Bundle, start: _Start, epoch: str) -> None:
    async with _bus(bundle, start.credentials) as bus:
        reporter = Reporter(bundle, start.baseline, epoch, bus.publish_acknowledged, Spool(folder / SPOOL))
        with contextlib.closing(Serving(bundle, start.model, reporter)) as serving:
            paths = Paths(serving)
            telling = asyncio.create_task(reporter.run())
            async with Server(paths).listening(start.listener), _grpc(paths, bundle) as grpc:
                ready = _ready(start.listener, epoch, reporter.receipts.public_key, grpc)
                _write_state(folder, ready)
                _tell_trouble(start.model, folder, ready)
                await _told_to_end()
                paths.draining = True
            telling.cancel()
            await reporter.drain()


@contextlib.asynccontextmanager
async def _grpc(paths: Paths, bundle: Bundle) -> AsyncIterator[str | None]:
    if not bundle.serving.grpc:
        yield None
        return
    from fairlead_runtime.grpc import serving  # 25 MB, for those who want it

    async with serving(paths.rpcs, bundle.host) as address:
        yield address


def _ready(listener: socket.socket, epoch: str, public_key: str, grpc: str | None) -> ReplicaState:
    host, port = listener.getsockname()[:2]
    return ReplicaState(
        pid=os.getpid(), started=now(), epoch=epoch, public_key=public_key, address=f"http://{host}:{port}", grpc=grpc
    )


def _tell_trouble(model: Loaded, folder: Path, ready: ReplicaState) -> None:
    def told(healthy: bool, trouble: str) -> None:
        log.warning("the model fails" if not healthy else "a call of the model failed", reason=trouble)
        _write_state(folder, ready.model_copy(update={"healthy": healthy, "trouble": trouble}))

    if isinstance(model, WorkerModel):
        model.told = told


@contextlib.asynccontextmanager
async def _bus(bundle: Bundle, credentials: Credentials) -> AsyncIterator[Bus]:
    bus = await Bus.connect(bundle.nats_url, credentials, f"replica {bundle.plan.replica}")
    try:
        yield bus
    finally:
        await bus.close()


def _listening(host: str) -> socket.socket:
    listener = socket.create_server((host, 0), backlog=1024)
    listener.setblocking(False)
    return listener


async def _told_to_end() -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, told.set)
    await told.wait()


def _write_state(folder: Path, state: ReplicaState) -> None:
    temporary = folder / f".{STATE_FILE}"
    temporary.write_text(state.model_dump_json())
    temporary.replace(folder / STATE_FILE)
