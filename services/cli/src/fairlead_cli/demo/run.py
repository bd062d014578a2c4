"""Run the story from start to end."""

import tempfile
import time
from pathlib import Path

from fairlead_contracts.errors import FairleadError
from rich.console import Console

from fairlead_cli.client import Client
from fairlead_cli.demo import loans, people
from fairlead_cli.demo.install import Installation
from fairlead_cli.demo.steps import STEPS
from fairlead_cli.demo.story import DEPLOYMENT, StepError, Story


def run(console: Console, home: Path | None, port: int, *, keep: bool) -> int:
    """Play every step; the exit code is 0 only if all held."""
    began = time.monotonic()
    folder = home or Path(tempfile.mkdtemp(prefix="fairlead-demo-"))
    installation = Installation(folder, port)
    ended = False
    try:
        with console.status("  Fairlead starts"):
            installation.start()
        console.print(f"Fairlead runs at {installation.url}, data in {folder}")
        _play(console, installation)
        console.print(f"\n[bold green]Every step held[/], in {time.monotonic() - began:.0f} s.")
        _where_to_look(console, installation, keep=keep)
        ended = True
    except (StepError, FairleadError) as error:
        console.print(f"\n[bold red]A step did not hold:[/] {getattr(error, 'detail', error)}")
        console.print(f"Logs: {folder / 'logs'}", highlight=False)
    finally:
        if not (keep and ended):
            with console.status("  draining"):
                installation.stop()
    return 0 if ended else 1


def _play(console: Console, installation: Installation) -> None:
    admin = Client(installation.url, installation.admin_token)
    story = Story(console, installation, people.arrive(admin, installation.url), loans.load())
    for number, (title, step) in enumerate(STEPS, 1):
        began = time.monotonic()
        console.print(f"\n[bold]{number}. {title}[/]")
        step(story)
        console.print(f"  [dim]{time.monotonic() - began:.1f} s[/]")


def _where_to_look(console: Console, installation: Installation, *, keep: bool) -> None:
    console.print(f"  API documents  {installation.url}/docs")
    console.print(f"  Console        {installation.url}/console/p/default/{DEPLOYMENT}")
    if keep:
        console.print(f"  Your token is in {installation.home}/keys/admin.token; commands: --home or")
        console.print(f"  export FAIRLEAD_HOME={installation.home}", highlight=False)
        console.print("  End it with: fairlead down")
    else:
        console.print("  [dim]fairlead demo --keep leaves everything running for you to try.[/]")
