"""The life of a replica: load, say that it is ready, serve, drain, end."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import structlog
import uvicorn
from fairlead_chassis.bus import Bus
from fairlead_contracts.bundle import BASELINE_FILE, CREDENTIALS_FILE, STATE_FILE, Bundle, ReplicaState
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.names import uuid7
from fairlead_contracts.values import now
from fairlead_drift import Baseline

from fairlead_runtime.app import App
from fairlead_runtime.model import Loaded, load
from fairlead_runtime.serving import Serving
from fairlead_runtime.telemetry.reporter import Reporter

log = structlog.get_logger()


async def run(folder: Path) -> int:
    """Serve the bundle in `folder` until told to end. Returns the exit code."""
    bundle, epoch = Bundle.read(folder), uuid7()
    try:
        baseline = Baseline.from_json((folder / BASELINE_FILE).read_text())
        model = await asyncio.to_thread(load, folder, bundle, baseline)
    except FairleadError as error:
        _write_state(
            folder, ReplicaState(pid=os.getpid(), started=now(), epoch=epoch, public_key="", error=error.detail)
        )
        log.error("this replica cannot serve", reason=error.detail)
        return 1
    with contextlib.closing(model):
        await _serve(folder, bundle, model, baseline, epoch)
    return 0


async def _serve(folder: Path, bundle: Bundle, model: Loaded, baseline: Baseline, epoch: str) -> None:
    async with _bus(folder, bundle) as bus:
        reporter = Reporter(bundle, baseline, epoch, bus.publish_acknowledged)
        app = App(Serving(bundle, model, reporter))
        with _listening(bundle.host) as listener:
            server = uvicorn.Server(_config(app))
            server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # ours below
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            telling = asyncio.create_task(reporter.run())
            host, port = listener.getsockname()[:2]
            key = reporter.receipts.public_key
            state = ReplicaState(
                pid=os.getpid(), started=now(), epoch=epoch, public_key=key, address=f"http://{host}:{port}"
            )
            await _started(server, serving)
            _write_state(folder, state)
            await _told_to_end()
            app.draining = True
            server.should_exit = True
            await serving
            telling.cancel()
            await reporter.drain()


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


def _config(app: App) -> uvicorn.Config:
    return uvicorn.Config(
        app, lifespan="off", log_config=None, access_log=False, server_header=False, timeout_keep_alive=120,
        timeout_graceful_shutdown=10,
    )  # fmt: skip


async def _started(server: uvicorn.Server, serving: "asyncio.Task[None]") -> None:
    while not server.started and not serving.done():  # noqa: ASYNC110  # uvicorn tells it in no other way
        await asyncio.sleep(0.005)


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
