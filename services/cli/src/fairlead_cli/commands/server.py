"""`fairlead up`, `down`: one installation on this machine."""

import asyncio
import os
import time
from pathlib import Path
from typing import Annotated

import psutil
import typer
from fairlead_chassis import settings
from fairlead_contracts.errors import RefusedError
from rich.text import Text

from fairlead_cli.client.transport import home as default_home
from fairlead_cli.output import console
from fairlead_cli.up.home import held, supervisor, was_killed
from fairlead_cli.up.logs import Logs
from fairlead_cli.up.plan import SERVICES, Options
from fairlead_cli.up.supervisor import Installation, end_replicas

HomeOption = Annotated[Path | None, typer.Option("--home", help="The data directory.", envvar="FAIRLEAD_HOME")]
_PORT_HELP = "The HTTP port, 0 for any free one; none: as `fairlead config` says, 8642 at first."
_HOST_HELP = "The address to listen on; none: as `fairlead config` says, this machine alone at first."
TOKEN = Path("keys") / "admin.token"
_END_WITHIN, _OFTEN = 90.0, 0.02


def up(
    home: HomeOption = None,
    port: Annotated[int | None, typer.Option(help=_PORT_HELP, min=0, max=65535, show_default=False)] = None,
    host: Annotated[str | None, typer.Option(help=_HOST_HELP, show_default=False)] = None,
    only: Annotated[str | None, typer.Option(help="Run one service beside nats-server.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Logs go to their files only.")] = False,
) -> None:
    """Run Fairlead: nats-server and every service, until Ctrl-C.

    The data directory holds everything: ledger, views, artifacts, keys, logs. Started again on it, it goes on where it
    ended. Examples: `fairlead up`, `fairlead up --home ./data --port 9000`, `fairlead up --only registry`
    """
    if only is not None and only not in SERVICES:
        raise typer.BadParameter(f"one of {', '.join(SERVICES)}", param_hint="--only")
    folder = folder_of(home)
    os.environ["FAIRLEAD_HOME"] = str(folder)  # its settings hold, for this process as for the services
    given = settings.load()
    began = time.monotonic()
    screen = Logs(folder / "logs", console)
    logs = Logs(folder / "logs", None if quiet else console, lambda said: screen.show(Text(said, style="yellow")))

    def ready(url: str | None) -> None:
        where = url or f"{only}, without a gateway: nothing answers HTTP"
        screen.show(Text.from_markup(f"[bold green]ready[/] after {time.monotonic() - began:.1f} s: {where}"))
        if url:
            _where_to_look(screen, url, folder)

    async def run() -> None:
        options = Options(folder, given.http_port if port is None else port, host or given.http_host, only)
        await Installation(options, logs, lambda step: screen.show(Text(step, style="dim"))).run(ready)

    asyncio.run(run())


def _where_to_look(screen: Logs, url: str, folder: Path) -> None:
    for what, where in (
        ("console", f"{url}/console"), ("API documents", f"{url}/docs"), ("administrator's token", folder / TOKEN),
        ("logs", folder / "logs"),
    ):  # fmt: skip
        screen.show(Text(f"  {what:<22} ", style="dim") + Text(str(where)))
    screen.show(Text("  Commands in another terminal find it by themselves. Ctrl-C or `fairlead down` ends it.", "dim"))


def down(home: HomeOption = None) -> None:
    """End the installation: requests in flight are answered, telemetry is flushed.

    Also while it still starts, and what is left of one that was killed. Example: `fairlead down`
    """
    folder = folder_of(home)
    process = supervisor(folder)
    if process is None and not was_killed(folder):
        console.print(f"Nothing runs on {folder}.", highlight=False, soft_wrap=True)
        return
    with console.status("draining: requests in flight are answered, telemetry is flushed"):
        if process is not None:
            _end(process, folder)
        if was_killed(folder):
            with held(folder):
                asyncio.run(end_replicas(folder))
    console.print(f"ended; the data stays in {folder}", highlight=False, soft_wrap=True)


def folder_of(home: Path | None) -> Path:
    """The data directory that a command means."""
    return (home or default_home()).expanduser().absolute()


def _end(process: psutil.Process, folder: Path) -> None:
    """Ask, wait, then kill: nothing acknowledged is lost by that, and what it leaves is ended by the caller."""
    try:
        process.terminate()
        if not _gone(folder, _END_WITHIN):
            process.kill()
            _gone(folder, _END_WITHIN)
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied:
        raise RefusedError(f"Process {process.pid} is {process.username()}'s, who alone can end it.") from None


def _gone(folder: Path, patience: float) -> bool:
    """Wait for the end; a process that its parent does not collect is gone too, though its id still exists."""
    deadline = time.monotonic() + patience
    while supervisor(folder) is not None and time.monotonic() < deadline:
        time.sleep(_OFTEN)
    return supervisor(folder) is None
