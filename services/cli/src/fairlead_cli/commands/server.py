"""`fairlead up`, `down`, `status`: one installation on this machine."""

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import Annotated

import psutil
import typer
from fairlead_contracts.errors import UnavailableError
from rich.table import Table

from fairlead_cli.client.transport import home as default_home
from fairlead_cli.output import console
from fairlead_cli.up.home import read_run
from fairlead_cli.up.logs import Logs
from fairlead_cli.up.plan import SERVICES, Options
from fairlead_cli.up.ports import DEFAULT
from fairlead_cli.up.readiness import health_address
from fairlead_cli.up.supervisor import Installation

HomeOption = Annotated[Path | None, typer.Option("--home", help="The data directory.", envvar="FAIRLEAD_HOME")]
_END_WITHIN = 60.0


def up(
    home: HomeOption = None,
    port: Annotated[int, typer.Option(help="The HTTP port; 0 takes any free one.")] = DEFAULT,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    only: Annotated[str | None, typer.Option(help="Run one service beside nats-server.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Logs go to their files only.")] = False,
) -> None:
    """Run Fairlead: nats-server and every service, until Ctrl-C.

    Examples: `fairlead up`, `fairlead up --home ./data --port 9000`, `fairlead up --only registry`
    """
    if only is not None and only not in SERVICES:
        raise typer.BadParameter(f"one of {', '.join(SERVICES)}", param_hint="--only")
    folder = (home or default_home()).absolute()
    began = time.monotonic()

    def ready(url: str | None) -> None:
        where = f"{url}  (docs: {url}/docs)" if url else f"{only}, without a gateway: nothing answers HTTP"
        console.print(f"[bold green]ready[/] after {time.monotonic() - began:.1f} s: {where}")

    async def run() -> None:
        logs = Logs(folder / "logs", None if quiet else console)
        options = Options(folder, port, host, only)
        await Installation(options, logs, lambda step: console.print(f"[dim]{step}[/]")).run(ready)

    asyncio.run(run())


def down(home: HomeOption = None) -> None:
    """End the installation: requests in flight are answered, telemetry is flushed.

    Example: `fairlead down`
    """
    folder = (home or default_home()).absolute()
    run = read_run(folder)
    if run is None:
        console.print(f"Nothing runs on {folder}.")
        return
    process = psutil.Process(run["pid"])
    os.kill(run["pid"], signal.SIGTERM)
    try:
        process.wait(_END_WITHIN)
    except psutil.TimeoutExpired:
        raise UnavailableError(f"Process {run['pid']} did not end within {_END_WITHIN:.0f} s.") from None
    console.print("ended")


def status(home: HomeOption = None) -> None:
    """Show what runs: each service, its process, memory and health.

    Example: `fairlead status`
    """
    folder = (home or default_home()).absolute()
    run = read_run(folder)
    if run is None:
        console.print(f"Nothing runs on {folder}; `fairlead up` starts it.")
        raise typer.Exit(3)
    table = Table("process", "pid", "memory MB", "health", title=f"{run['url'] or 'no gateway'}  on {folder}")
    for child in psutil.Process(run["pid"]).children(recursive=False):
        name = _name_of(child)
        memory = f"{child.memory_info().rss / 1e6:.0f}"
        table.add_row(name, str(child.pid), memory, health_address(folder, name, child.pid) or "")
    console.print(table)


def _name_of(process: psutil.Process) -> str:
    words = process.cmdline()
    return words[2].removeprefix("fairlead_") if words[1:2] == ["-m"] else Path(words[0]).name
