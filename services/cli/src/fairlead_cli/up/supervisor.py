"""The whole installation: started in order, watched, drained in order."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from fairlead_chassis.natsd import binary

from fairlead_cli.up import bus, disk, kernels
from fairlead_cli.up.child import Child
from fairlead_cli.up.errors import of_system
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
        self.hurry = asyncio.Event()

    async def run(self, on_ready: Callable[[str | None], None]) -> None:
        """Start everything, say that it is ready, and stay until it is told to end; then drain and end.

        Raises: FairleadError saying what to do, once everything that was started has ended.
        """
        with held(self.options.home) as lock:
            stopping = _on_signals(self.hurry)
            try:
                if await _unless(stopping, self.start(lock)):
                    on_ready(self.url)
                    await stopping.wait()
                self.progress(
                    "draining: requests in flight are answered, telemetry is flushed; Ctrl-C again ends it at once"
                )
            except OSError as error:
                raise of_system(error, self.options.home) from error
            finally:
                await self.stop()

    async def start(self, lock: int) -> None:
        """Everything up to ready. Raises: FairleadError saying what to do."""
        options = self.options
        services = [options.only] if options.only else list(SERVICES)
        port = free(options.host, options.port) if GATEWAY in services else options.port
        binary.find()
        disk.look(options.home, self.progress)
        await kernels.fill(options.home, self.progress, lock)
        self.progress("nats-server")
        self.bus, addresses = await bus.start(options.home, self.logs.line, lock)
        told = environment(Options(options.home, port, options.host), addresses.url, addresses.monitor_url)
        self.url = f"http://{options.host}:{port}" if GATEWAY in services else None
        for name in services:
            child = self.children[name] = Child(name, command(name), told, self.logs.line, lock)
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
            await gateway.stop(DRAIN_WITHIN, self.hurry)
        if deployer := self.children.pop("deployer", None):
            await deployer.stop(DRAIN_WITHIN, self.hurry)
        if self.options.only in (None, "deployer"):
            await end_replicas(self.options.home)
        await asyncio.gather(*(child.stop(DRAIN_WITHIN, self.hurry) for child in self.children.values()))
        if self.bus is not None:
            await self.bus.stop(BUS_WITHIN, self.hurry)
        self.logs.close()


async def end_replicas(home: Path) -> None:
    """End every replica that lives on this directory, whoever started it."""
    if any((home / "replicas").glob("*/")):
        ending = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "fairlead_deployer.end", str(home), start_new_session=True
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


def _on_signals(hurry: asyncio.Event) -> asyncio.Event:
    """SIGINT, SIGTERM, and SIGHUP of a closed terminal set the event that comes back; a second one sets `hurry`."""
    stopping = asyncio.Event()

    def told() -> None:
        (hurry if stopping.is_set() else stopping).set()

    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(each) is not signal.SIG_IGN:  # nohup asks to outlive the terminal
            loop.add_signal_handler(each, told)
    return stopping
