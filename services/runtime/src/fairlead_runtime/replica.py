"""The life of a replica: load, say that it is ready, serve, drain, end."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import structlog
from fairlead_chassis.bus import Bus
from fairlead_chassis.http.server import Server
from fairlead_contracts.bundle import BASELINE_FILE, CREDENTIALS_FILE, STATE_FILE, Bundle, ReplicaState
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.names import uuid7
from fairlead_contracts.values import now
from fairlead_drift import Baseline, Profile

from fairlead_runtime.http import Paths
from fairlead_runtime.memory import settle
from fairlead_runtime.model import Loaded, example, load
from fairlead_runtime.protocol.rows import Batch
from fairlead_runtime.protocol.schema import Schema
from fairlead_runtime.serving.serving import Serving
from fairlead_runtime.telemetry.blocks import Blocks
from fairlead_runtime.telemetry.reporter import Reporter

log = structlog.get_logger()


async def run(folder: Path) -> int:
    """Serve the bundle in `folder` until told to end. Returns the exit code."""
    bundle, epoch = Bundle.read(folder), uuid7()
    try:
        baseline = Baseline.from_json((folder / BASELINE_FILE).read_text())
        model = await asyncio.to_thread(_loaded, folder, bundle, baseline)
    except FairleadError as error:
        _write_state(
            folder, ReplicaState(pid=os.getpid(), started=now(), epoch=epoch, public_key="", error=error.detail)
        )
        log.error("this replica cannot serve", reason=error.detail)
        return 1
    with contextlib.closing(model):
        await _serve(folder, bundle, model, baseline, epoch)
    return 0


def _loaded(folder: Path, bundle: Bundle, baseline: Baseline) -> Loaded:
    row = example(bundle.signature, baseline)
    model = load(folder, bundle, row)
    # The kernels are loaded, or compiled on a machine's very first start, before anyone waits for them.
    Profile.empty(baseline).update_block(*Blocks(baseline, Schema(bundle.signature)).of(Batch(row), 1))
    settle()
    return model


async def _serve(folder: Path, bundle: Bundle, model: Loaded, baseline: Baseline, epoch: str) -> None:
    async with _bus(folder, bundle) as bus:
        reporter = Reporter(bundle, baseline, epoch, bus.publish_acknowledged)
        with contextlib.closing(Serving(bundle, model, reporter)) as serving, _listening(bundle.host) as listener:
            paths = Paths(serving)
            telling = asyncio.create_task(reporter.run())
            async with Server(paths).listening(listener):
                _write_state(folder, _ready(listener, epoch, reporter.receipts.public_key))
                await _told_to_end()
                paths.draining = True
            telling.cancel()
            await reporter.drain()


def _ready(listener: socket.socket, epoch: str, public_key: str) -> ReplicaState:
    host, port = listener.getsockname()[:2]
    return ReplicaState(
        pid=os.getpid(), started=now(), epoch=epoch, public_key=public_key, address=f"http://{host}:{port}"
    )


@contextlib.asynccontextmanager
async def _bus(folder: Path, bundle: Bundle) -> AsyncIterator[Bus]:
    bus = await Bus.connect(bundle.nats_url, folder / CREDENTIALS_FILE, f"replica {bundle.plan.replica}")
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
