"""`fairlead up`, `down`: one installation on this machine."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import psutil
import typer
from fairlead_contracts.errors import RefusedError, UnavailableError

from fairlead_cli.client.transport import home as default_home
from fairlead_cli.output import console
from fairlead_cli.up.home import read_run
from fairlead_cli.up.logs import Logs
from fairlead_cli.up.plan import SERVICES, Options
from fairlead_cli.up.ports import DEFAULT
from fairlead_cli.up.supervisor import Installation

HomeOption = Annotated[Path | None, typer.Option("--home", help="The data directory.", envvar="FAIRLEAD_HOME")]
TOKEN = Path("keys") / "admin.token"
_END_WITHIN = 60.0


def up(
    home: HomeOption = None,
    port: Annotated[int, typer.Option(help="The HTTP port; 0 takes any free one.")] = DEFAULT,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    only: Annotated[str | None, typer.Option(help="Run one service beside nats-server.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Logs go to their files only.")] = False,
) -> None:
    """Run Fairlead: nats-server and every service, until Ctrl-C.

    The data directory holds everything: ledger, views, artifacts, keys, logs. Started again on it, it goes on where it
    ended. Examples: `fairlead up`, `fairlead up --home ./data --port 9000`, `fairlead up --only registry`
    """
    if only is not None and only not in SERVICES:
        raise typer.BadParameter(f"one of {', '.join(SERVICES)}", param_hint="--only")
    folder = (home or default_home()).expanduser().absolute()
    began = time.monotonic()

    def ready(url: str | None) -> None:
        where = url or f"{only}, without a gateway: nothing answers HTTP"
        console.print(f"[bold green]ready[/] after {time.monotonic() - began:.1f} s: {where}", highlight=False)
        if url:
            _where_to_look(url, folder)

    async def run() -> None:
        logs = Logs(folder / "logs", None if quiet else console)
        options = Options(folder, port, host, only)
        await Installation(options, logs, lambda step: console.print(f"[dim]{step}[/]")).run(ready)

    asyncio.run(run())


def _where_to_look(url: str, folder: Path) -> None:
    for what, where in (
        ("console", f"{url}/console"), ("API documents", f"{url}/docs"), ("administrator's token", folder / TOKEN),
        ("logs", folder / "logs"),
    ):  # fmt: skip
        console.print(f"  [dim]{what:<22}[/] {where}", highlight=False, soft_wrap=True)
    console.print("  [dim]Commands in another terminal find it by themselves. Ctrl-C or `fairlead down` ends it.[/]")


def down(home: HomeOption = None) -> None:
    """End the installation: requests in flight are answered, telemetry is flushed.

    Example: `fairlead down`
    """
    folder = (home or default_home()).absolute()
    run = read_run(folder)
    if run is None:
        console.print(f"Nothing runs on {folder}.", highlight=False, soft_wrap=True)
        return
    with console.status("draining: requests in flight are answered, telemetry is flushed"):
        _end(run["pid"])
    console.print(f"ended; the data stays in {folder}", highlight=False, soft_wrap=True)


def _end(pid: int) -> None:
    try:
        process = psutil.Process(pid)
        process.terminate()
        process.wait(_END_WITHIN)
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied:
        raise RefusedError(f"Process {pid} belongs to {process.username()}, who alone can end it.") from None
    except psutil.TimeoutExpired:
        raise UnavailableError(f"Process {pid} did not end within {_END_WITHIN:.0f} s; its logs say why.") from None
