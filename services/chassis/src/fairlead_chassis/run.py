"""The life of a service's process: set up in order, serve, drain, end."""

import asyncio
import contextlib
import functools
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import structlog
import uvloop
from fairlead_contracts.errors import FairleadError, UnavailableError

from fairlead_chassis import settings
from fairlead_chassis.bus.connection import Bus
from fairlead_chassis.bus.endpoints import Endpoints
from fairlead_chassis.chassis import Chassis
from fairlead_chassis.dispatch import Dispatcher
from fairlead_chassis.natsd import monitoring
from fairlead_chassis.observing import log as logs
from fairlead_chassis.observing import metrics
from fairlead_chassis.observing.announcing import announce
from fairlead_chassis.observing.health import Health
from fairlead_chassis.service import Service
from fairlead_chassis.view import ViewMismatchError

log = structlog.get_logger()
CATCH_UP = 60.0
DRAIN = 10.0


def main(service: Service) -> None:
    """Run a service until it is told to end. The exit code is 0 then, and 1 when it cannot go on."""
    logs.configure(service.name)
    try:
        given = settings.load()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(service, given))
    except (FairleadError, ViewMismatchError) as error:
        log.error("the service cannot run", reason=getattr(error, "detail", str(error)))
        sys.exit(1)


async def run(service: Service, given: settings.Settings) -> None:
    """Serve until SIGTERM or SIGINT, then finish what was taken, and end.

    Raises: FairleadError or ViewMismatchError saying why it cannot go on.
    """
    _check_writable(given.home)
    if given.nats_monitor_url is not None or not given.assume_sync:
        monitoring.require_fit(given.nats_monitor_url, assume_sync=given.assume_sync)
    credentials = given.home / "keys" / "nats" / f"{service.name}.creds"
    bus = await Bus.connect(given.nats_url, credentials, service.name)
    try:
        chassis, dispatcher = assembled(service, given, bus)
        _on_signals(chassis.stopping)
        async with _serving(service, chassis, dispatcher) as failing:
            stopping = asyncio.create_task(chassis.stopping.wait())
            await asyncio.wait((stopping, failing), return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
    finally:
        await bus.close()


def assembled(service: Service, given: settings.Settings, bus: Bus) -> tuple[Chassis, Dispatcher]:
    """A service's chassis, and the dispatcher that answers on it."""
    chassis = Chassis(service.name, service.view, given, bus)
    dispatcher = Dispatcher(service, chassis)
    chassis.change = dispatcher.act
    chassis.own = service.own(chassis) if service.own else None
    return chassis, dispatcher


@contextlib.asynccontextmanager
async def _serving(service: Service, chassis: Chassis, dispatcher: Dispatcher) -> AsyncIterator["asyncio.Task[None]"]:
    tail = await chassis.view.check(chassis.bus)
    ready = False
    health = Health(lambda: ready, functools.partial(_refresh, chassis))
    await health.start(chassis.settings.health_host, chassis.settings.health_port)
    following = asyncio.create_task(chassis.view.follow(chassis.bus), name="view")
    await _first(following, chassis.view.reach(tail, CATCH_UP))
    if service.before is not None:
        await service.before(chassis)
    endpoints = Endpoints(chassis.bus, dispatcher)
    tasks = [following, *(asyncio.create_task(task(chassis), name=task.__name__) for task in service.tasks)]
    await endpoints.start()
    failing = asyncio.create_task(_until_one_fails(tasks))
    if service.drains:
        await _first(failing, chassis.listening.wait())
    files = announce(chassis.home, chassis.name, chassis.settings.instance, health.address)
    ready = True
    log.info("ready", sequence=chassis.view.applied)
    try:
        yield failing
    finally:
        ready = False
        chassis.stopping.set()
        await endpoints.drain()
        await dispatcher.drain(DRAIN)
        await chassis.ledger.refusals.flush()
        own = [task for task in tasks if task is not following]
        if own:
            await asyncio.wait(own, timeout=DRAIN if service.drains else 0.0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await health.stop()
        for file in files:
            file.unlink(missing_ok=True)
    if failing.done():
        failing.result()


async def _first(following: "asyncio.Task[None]", reached: Any) -> None:
    waiting = asyncio.ensure_future(reached)
    await asyncio.wait((following, waiting), return_when=asyncio.FIRST_COMPLETED)
    if following.done():
        waiting.cancel()
        following.result()
    await waiting


async def _until_one_fails(tasks: "list[asyncio.Task[None]]") -> None:
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for task in done:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a task ended", task=task.get_name(), exc_info=error)
            raise error


def _refresh(chassis: Chassis) -> None:
    metrics.APPLIED.set(chassis.view.applied)
    metrics.LAG.set(chassis.view.lag())
    metrics.FOREIGN.set(chassis.view.foreign())


def _check_writable(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = home / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UnavailableError(
            f"The data directory {home} cannot be written ({error.strerror}); set FAIRLEAD_HOME to another."
        ) from None


def _on_signals(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stopping.set)
