"""`fairlead doctor` and `fairlead config`: what may be wrong here, and which settings hold."""

import asyncio
from dataclasses import asdict
from pathlib import Path

import typer
from fairlead_chassis import settings
from fairlead_chassis.natsd import checks
from fairlead_chassis.natsd.connect import connect
from fairlead_chassis.natsd.keys import ensure_keys
from fairlead_chassis.natsd.permissions import ADMIN
from fairlead_chassis.sandbox import landlock
from fairlead_chassis.sandbox.confine import lacking
from fairlead_contracts.errors import FairleadError
from rich.text import Text

from fairlead_cli.client import Client
from fairlead_cli.commands.server import HomeOption, folder_of
from fairlead_cli.output import JsonOption, console, show_json
from fairlead_cli.up.home import read_run


def doctor(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Check this machine and the running installation; each finding says what to do.

    Exit code 1 when something is wrong. Example: `fairlead doctor`
    """
    folder = folder_of(home)
    findings = [checks.program(), _home(folder), _sandbox()]
    run = read_run(folder)
    if run is not None:
        findings += [checks.server(run["nats_monitor"]), *asyncio.run(_streams(folder, run["nats"]))]
        findings += [checks.private_keys(folder / "keys" / "nats")]
        findings += [_ledger(run["url"], folder), _channels(run["url"], folder)] if run["url"] else []
    if as_json:
        show_json({"home": str(folder), "runs": run is not None, "findings": [asdict(each) for each in findings]})
    else:
        _print(folder, run is not None, findings)
    if not all(each.ok for each in findings):
        raise typer.Exit(1)


def _print(folder: Path, runs: bool, findings: list[checks.Check]) -> None:
    said = "runs" if runs else "nothing runs on it: `fairlead up` starts it"
    console.print(f"[bold]{folder}[/]  {said}", highlight=False, soft_wrap=True)
    for each in findings:  # lines and no table: a path or a sentence is never broken, whatever the width
        mark = Text("✓ ", "green") if each.ok else Text("✗ ", "red")
        console.print(mark + Text(each.name, "bold") + Text(f"  {each.detail}"), soft_wrap=True)
        if each.remedy:
            console.print(Text(f"  → {each.remedy}", "cyan"), soft_wrap=True)


def _home(folder: Path) -> checks.Check:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    writable = checks.writable(existing)
    return writable if not writable.ok else checks.free_disk(existing)


def _sandbox() -> checks.Check:
    # What a system cannot give is no fault of the installation: it is said, and models are held by the rest.
    missing = lacking()
    held = f"Landlock version {landlock.abi()}, seccomp, no_new_privs, limits" if not missing else " ".join(missing)
    return checks.Check("sandbox of models", True, held, "See docs/sandbox.md." if missing else "")


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


def _channels(url: str, folder: Path) -> checks.Check:
    name, token = "notifications", (folder / "keys" / "admin.token").read_text().strip()
    try:
        with Client(url, token) as client:
            projects = [each.name for each in client.list_projects().items]
            found = [(project, each) for project in projects for each in client.list_channels(project=project).items]
    except FairleadError as error:
        return checks.Check(name, False, error.detail, "Start it anew with `fairlead up`.")
    failing = [(project, each) for project, each in found if each.state == "failing"]
    if not failing:
        return checks.Check(name, True, f"{len(found)} channels, none is failing")
    said = "; ".join(f"{each.channel.name} of {project}: {each.error}" for project, each in failing[:5])
    return checks.Check(name, False, said, "Mend what it says; `fairlead channel test NAME` tries it.")


def config(as_json: JsonOption = False) -> None:
    """Show every setting: what holds, and whether a flag, the environment, the file or the default says so.

    Example: `FAIRLEAD_MIN_FREE=5000000000 fairlead config`
    """
    rows = settings.explain(settings.load())
    if as_json:
        show_json([dict(zip(("setting", "value", "from"), row, strict=True)) for row in rows])
        return
    file = settings.config_file()
    console.print(f"file: {file}{'' if file.exists() else ' (not there)'}", highlight=False, soft_wrap=True)
    for name, value, source in rows:
        about = settings.Settings.model_fields[name].description or ""
        console.print(Text(f"{name:<17} ", "bold") + Text(f"{value}  ") + Text(f"({source})", "cyan"), soft_wrap=True)
        console.print(Text(f"{'':<17} {about}", "dim"), soft_wrap=True)
