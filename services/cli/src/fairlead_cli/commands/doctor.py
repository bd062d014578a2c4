"""`fairlead doctor` and `fairlead config`: what may be wrong here, and which settings hold."""

import asyncio
from pathlib import Path

import typer
from fairlead_chassis import settings
from fairlead_chassis.natsd import checks
from fairlead_chassis.natsd.connect import connect
from fairlead_chassis.natsd.keys import ensure_keys
from fairlead_chassis.natsd.permissions import ADMIN
from fairlead_contracts.errors import FairleadError
from rich.table import Table

from fairlead_cli.client import Client
from fairlead_cli.client.transport import home as default_home
from fairlead_cli.commands.server import HomeOption
from fairlead_cli.output import console
from fairlead_cli.up.home import read_run


def doctor(home: HomeOption = None) -> None:
    """Check this machine and the running installation; each finding says what to do.

    Example: `fairlead doctor`
    """
    folder = (home or default_home()).absolute()
    findings = [checks.program(), _home(folder)]
    run = read_run(folder)
    if run is not None:
        findings += [checks.server(run["nats_monitor"]), *asyncio.run(_streams(folder, run["nats"]))]
        findings += [checks.private_keys(folder / "keys" / "nats")]
        findings += [_ledger(run["url"], folder)] if run["url"] else []
    table = Table("check", "", "finding", "what to do", title=f"{folder}: {'runs' if run else 'does not run'}")
    for each in findings:
        table.add_row(each.name, "[green]✓[/]" if each.ok else "[red]✗[/]", each.detail, each.remedy)
    console.print(table)
    if not all(each.ok for each in findings):
        raise typer.Exit(1)


def _home(folder: Path) -> checks.Check:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    writable = checks.writable(existing)
    return writable if not writable.ok else checks.free_disk(existing)


async def _streams(folder: Path, url: str) -> list[checks.Check]:
    admin = await connect(url, ensure_keys(folder).credentials(ADMIN), name="doctor")
    try:
        stored = await checks.stored_streams(admin)
        return [stored, await checks.dead_letters(admin)] if stored.ok else [stored]
    finally:
        await admin.close()


def _ledger(url: str, folder: Path) -> checks.Check:
    name, token = "ledger", (folder / "keys" / "admin.token").read_text().strip()
    try:
        with Client(url, token) as client:
            found = client.search_audit(kind="foreign", limit=1).items
    except FairleadError as error:
        return checks.Check(name, False, error.detail, "Start it anew with `fairlead up`.")
    if not found:
        return checks.Check(name, True, "every message was written by the service that decides its kind")
    where = f"message {found[0].sequence} on {found[0].subject} was written by no service of Fairlead"
    return checks.Check(name, False, where, "Someone used a service's key: docs/architecture.md, 'Foreign messages'.")


def config() -> None:
    """Show every setting: what holds, and whether a flag, the environment, the file or the default says so.

    Example: `FAIRLEAD_MIN_FREE=5000000000 fairlead config`
    """
    table = Table("setting", "value", "from", title=f"file: {settings.config_file()}")
    for row in settings.explain(settings.load()):
        table.add_row(*row)
    console.print(table)
