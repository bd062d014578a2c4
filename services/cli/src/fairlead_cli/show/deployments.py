"""Deployments: what is wanted, what runs, and how it came to that."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from fairlead_cli.show.plain import moment, table

_STATES = {"ready": "[green]✓ ready[/]", "failed": "[red]✗ failed[/]", "degraded": "[yellow]▲ degraded[/]"}


def listed(console: Console, page: Any) -> None:
    """The deployments of a project, a row each."""
    if not page.items:
        console.print("[dim]none; `fairlead deployment create` makes one[/]")
        return
    made = table("deployment", "state", "champion", "challengers", "ready", "revision", numbers=("ready", "revision"))
    for each in page.items:
        newest = each.revisions[0]
        ready = f"{_ready(each, 'champion')} of {newest.spec.replicas}"
        made.add_row(
            each.deployment, _state(each.phase), _version(newest.champion), _versions(newest.challengers), ready,
            str(each.serving or ""),
        )  # fmt: skip
    console.print(made)


def one(console: Console, view: Any) -> None:
    """A deployment: what it should be, its replicas, its revisions."""
    newest = view.revisions[0]
    grid = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    serving = f"revision {view.serving} serves" if view.serving else "nothing serves yet"
    grid.add_row("[dim]deployment[/]", f"{view.deployment} in project {view.project}")
    grid.add_row("[dim]state[/]", f"{_state(view.phase)}, {serving}")
    grid.add_row("[dim]champion[/]", f"{_version(newest.champion)}{_followed(newest.spec.champion)}")
    for spec, found in zip(newest.spec.challengers, newest.challengers, strict=False):
        grid.add_row("[dim]challenger[/]", f"{_version(found)}{_followed(spec)}")
    wanted = newest.spec.replicas
    grid.add_row("[dim]replicas[/]", f"{_ready(view, 'champion')} of {wanted} ready, target {newest.spec.target}")
    if newest.detail:
        grid.add_row("[dim]detail[/]", escape(newest.detail))
    console.print(grid)
    _replicas(console, view)
    _revisions(console, view)


def _replicas(console: Console, view: Any) -> None:
    if not view.replicas:
        return
    made = table("replica", "role", "state", "version", "address", title="Replicas", numbers=("version",))
    for each in view.replicas:
        made.add_row(each.replica, each.role, _state(each.phase), str(each.version), each.address or each.detail)
    console.print(made)


def _revisions(console: Console, view: Any) -> None:
    made = table("no.", "champion", "made by", "at (UTC)", "why", "outcome", title="Revisions", numbers=("no.",))
    for each in view.revisions:
        made.add_row(
            str(each.revision), _version(each.champion), each.actor, moment(each.created), escape(each.reason),
            each.outcome or "",
        )  # fmt: skip
    console.print(made)


def _ready(view: Any, role: str) -> int:
    newest = view.serving or view.revisions[0].revision
    return sum(each.phase == "ready" and each.role == role and each.revision == newest for each in view.replicas)


def _state(phase: str) -> str:
    return _STATES.get(phase, f"… {phase}")


def _version(resolved: Any) -> str:
    return f"{escape(resolved.model)} {resolved.version}"


def _versions(resolved: Any) -> str:
    return ", ".join(_version(each) for each in resolved)


def _followed(spec: Any) -> str:
    return f" [dim](follows alias {spec.alias})[/]" if spec.alias else ""
