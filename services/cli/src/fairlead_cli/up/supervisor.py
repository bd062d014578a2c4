"""The whole installation: started in order, watched, drained in order."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

from fairlead_cli.up import bus, kernels
from fairlead_cli.up.child import Child
from fairlead_cli.up.home import held, write_run
from fairlead_cli.up.logs import Logs
from fairlead_cli.up.plan import GATEWAY, SERVICES, Options, command, environment
from fairlead_cli.up.ports import free
from fairlead_cli.up.readiness import wait_ready

READY_WITHIN, DRAIN_WITHIN, BUS_WITHIN = 60.0, 15.0, 10.0
Progress = Callable[[str], None]


class Installation:
    """nats-server and the services on one data directory, from start to end."""

    def __init__(self, options: Options, logs: Logs, progress: Progress) -> None:
        self.options, self.logs, self.progress = options, logs, progress
        self.children: dict[str, Child] = {}
        self.bus: Child | None = None
        self.url: str | None = None

    async def run(self, on_ready: Callable[[str | None], None]) -> None:
        """Start everything, say that it is ready, and stay until SIGINT or SIGTERM; then drain and end."""
        with held(self.options.home):
            stopping = _on_signals()
            try:
                if await _unless(stopping, self.start()):
                    on_ready(self.url)
                    await stopping.wait()
                self.progress("draining: requests in flight are answered, telemetry is flushed")
            finally:
                await self.stop()

    async def start(self) -> None:
        """Everything up to ready. Raises: FairleadError saying what to do."""
        options = self.options
        services = [options.only] if options.only else list(SERVICES)
        port = free(options.host, options.port) if GATEWAY in services else options.port
        await kernels.fill(options.home, self.progress)
        self.progress("nats-server")
        self.bus, addresses = await bus.start(options.home, self.logs.line)
        told = environment(Options(options.home, port, options.host), addresses.url, addresses.monitor_url)
        self.url = f"http://{options.host}:{port}" if GATEWAY in services else None
        for name in services:
            child = self.children[name] = Child(name, command(name), told, self.logs.line)
            child.start()
        self._write_run(addresses.url, addresses.monitor_url)
        for name, child in self.children.items():
            self.progress(name)
            await wait_ready(child, options.home, READY_WITHIN)
        self._write_run(addresses.url, addresses.monitor_url, ready=True)

    def _write_run(self, nats_url: str, monitor_url: str, *, ready: bool = False) -> None:
        run = {
            "pid": os.getpid(), "url": self.url, "nats": nats_url, "nats_monitor": monitor_url, "written": time.time(),
            "services": list(self.children), "ready": ready,
        }  # fmt: skip
        write_run(self.options.home, run)

    async def stop(self) -> None:
        """The door first, then the replicas, then who listens to them, then the bus."""
        if gateway := self.children.pop(GATEWAY, None):
            await gateway.stop(DRAIN_WITHIN)
        if deployer := self.children.pop("deployer", None):
            await deployer.stop(DRAIN_WITHIN)
            await self._end_replicas()
        await asyncio.gather(*(child.stop(DRAIN_WITHIN) for child in self.children.values()))
        if self.bus is not None:
            await self.bus.stop(BUS_WITHIN)
        self.logs.close()

    async def _end_replicas(self) -> None:
        ending = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "fairlead_deployer.end", str(self.options.home)
        )
        await ending.wait()


async def _unless(stopping: asyncio.Event, start: Coroutine[Any, Any, None]) -> bool:
    """Start, unless it is told to stop meanwhile; says whether everything was started."""
    starting, told = asyncio.create_task(start), asyncio.create_task(stopping.wait())
    await asyncio.wait((starting, told), return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if starting.done():
        starting.result()
        return True
    starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting
    return False


def _on_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stopping.set)
    return stopping
