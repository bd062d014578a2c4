"""`fairlead status`: what runs, since when, with how much memory, and whether it is ready."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import typer
from fairlead_contracts.bundle import STATE_FILE, ReplicaState

from fairlead_cli.commands.server import HomeOption, folder_of
from fairlead_cli.output import JsonOption, console, show_json
from fairlead_cli.show.plain import table
from fairlead_cli.up.home import read_run, was_killed
from fairlead_cli.up.readiness import health_address

NOTHING = 3
_PATIENCE = 2.0


@dataclass(frozen=True)
class Running:
    """One process: resident memory in MB, age in seconds."""

    name: str
    pid: int
    memory: int
    age: int
    ready: bool
    address: str


def status(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show what runs: each process, its age, memory and readiness; replicas too.

    Exit code 0: all are ready; 1: some are not; 3: nothing runs. Example: `fairlead status`
    """
    folder = folder_of(home)
    run = read_run(folder)
    if run is None:
        _nothing(folder, as_json)
        raise typer.Exit(NOTHING)
    found = [*_services(folder, run["pid"], run.get("nats_monitor")), *_replicas(folder)]
    missing = sorted(set(run["services"]) - {each.name for each in found})
    if as_json:
        show_json(
            {"url": run["url"], "home": str(folder), "missing": missing, "processes": [asdict(each) for each in found]}
        )
    else:
        _table(folder, run, found, missing)
    if missing or not all(each.ready for each in found):
        raise typer.Exit(1)


def _nothing(folder: Path, as_json: bool) -> None:
    if as_json:
        show_json({"url": None, "home": str(folder), "missing": [], "processes": []})
    elif was_killed(folder):
        said = "`fairlead up` was killed, and what it left is watched by nobody: `fairlead up` ends it and starts anew,"
        console.print(f"{said} `fairlead down` ends it. ({folder})", highlight=False, soft_wrap=True)
    else:
        console.print(f"Nothing runs on {folder}; `fairlead up` starts it.", highlight=False, soft_wrap=True)


def _table(folder: Path, run: dict[str, Any], found: list[Running], missing: list[str]) -> None:
    console.print(f"[bold]{run['url'] or 'no gateway'}[/]  data in {folder}", highlight=False, soft_wrap=True)
    made = table("process", "state", "up", "pid", "MB", "address", numbers=("pid", "MB", "up"))
    for each in found:
        state = "[green]✓ ready[/]" if each.ready else "[red]✗ not ready[/]"
        made.add_row(each.name, state, _age(each.age), str(each.pid), str(each.memory), each.address)
    for name in missing:
        made.add_row(name, "[red]✗ starts again[/]", "", "", "", "")
    made.add_section()
    made.add_row("all", "", "", "", str(sum(each.memory for each in found)), "")
    console.print(made)


def _services(folder: Path, supervisor: int, monitor: str | None) -> Iterator[Running]:
    for process in psutil.Process(supervisor).children(recursive=False):
        try:
            name = _name_of(process)
            address = monitor if name == "nats" else health_address(folder, name, process.pid)
            probe = f"{address}/{'healthz' if name == 'nats' else 'readyz'}"
            yield _seen(name, process, address or "", probe)
        except psutil.Error:
            continue


def _replicas(folder: Path) -> Iterator[Running]:
    for file in sorted((folder / "replicas").glob(f"*/{STATE_FILE}")):
        try:
            said = ReplicaState.model_validate_json(file.read_bytes())
            process = psutil.Process(said.pid)
            yield _seen(file.parent.name, process, said.address or "", f"{said.address}/v2/health/ready")
        except (OSError, ValueError, psutil.Error):
            continue


def _seen(name: str, process: psutil.Process, address: str, probe: str) -> Running:
    memory, age = round(process.memory_info().rss / 1e6), round(time.time() - process.create_time())
    return Running(name, process.pid, memory, age, _ready(probe), address)


def _ready(probe: str) -> bool:
    try:
        return httpx.get(probe, timeout=_PATIENCE).is_success
    except (httpx.TransportError, httpx.InvalidURL, httpx.UnsupportedProtocol):
        return False


def _name_of(process: psutil.Process) -> str:
    words = process.cmdline()
    name = words[2].removeprefix("fairlead_") if words[1:2] == ["-m"] else Path(words[0]).name
    return "nats" if name == "nats-server" else name


def _age(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7_200 else f"{seconds // 3_600} h"
