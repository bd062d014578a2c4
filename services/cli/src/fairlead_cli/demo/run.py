"""Run the story from start to end."""

import shutil
import tempfile
import time
from pathlib import Path

from fairlead_contracts.errors import FairleadError
from rich.console import Console
from rich.markup import escape

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
        console.print(f"\n[bold red]A step did not hold:[/] {escape(getattr(error, 'detail', str(error)))}")
        console.print(f"Logs: {folder / 'logs'}", highlight=False, soft_wrap=True)
    except KeyboardInterrupt:
        console.print("\n[bold red]Interrupted.[/]")
    finally:
        if not (keep and ended):
            with console.status("  draining"):
                installation.stop()
    if ended and not keep and home is None:
        shutil.rmtree(folder, ignore_errors=True)
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
    console.print(f"  API documents  {installation.url}/docs", soft_wrap=True)
    console.print(f"  Console        {installation.url}/console/p/default/{DEPLOYMENT}/drift", soft_wrap=True)
    if not keep:
        console.print(
            "  [dim]They end with the demo: `fairlead demo --keep` leaves everything running for you to try.[/]"
        )
        return
    console.print(f"  Sign in with   {installation.admin_token}", highlight=False, soft_wrap=True)
    console.print("  Then, in this terminal:")
    for line in (f"export FAIRLEAD_HOME={installation.home}", "fairlead status", f"fairlead drift get {DEPLOYMENT}",
                 "fairlead down"):  # fmt: skip
        console.print(f"    {line}", highlight=False, soft_wrap=True)
