"""The audit for people: who did what, and what stands behind one answer."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from fairlead_cli.show.plain import moment, shortened, table

_TRACED = ("replica", "deployment", "revision", "model", "version", "artifact", "training_data", "author", "approver")
_HIDDEN = ("type", "secret_hash", "project")
_DETAIL, _WIDE = 70, 100


def records(console: Console, page: Any) -> None:
    """Who did what, newest first; what was refused says why."""
    wide = console.width >= _WIDE
    made = table("no.", "time (UTC)", "actor", "operation", *(("project",) if wide else ()), "what", numbers=("no.",))
    for column in made.columns[2:-1]:
        column.no_wrap = True
    for each in page.items:
        said = "" if each.allowed else "[red]✗ refused[/] "
        where = (each.project if each.project not in ("_", "*") else "",) if wide else ()
        what = said + _told(each.facts)
        made.add_row(str(each.sequence), moment(each.time), each.actor, each.operation, *where, what)
    console.print(made)
    if page.next is not None:
        console.print(f"[dim]more: --before {page.next}[/]")


def _told(facts: Any) -> str:
    data = facts[0].get("data", {}) if facts else {}
    plain = [(name, shortened(value)) for name, value in data.items() if name not in _HIDDEN]
    text = " ".join(f"{name}={value}" for name, value in plain if value)
    return escape(text if len(text) <= _DETAIL else text[: _DETAIL - 1] + "…")


def trace(console: Console, found: Any) -> None:
    """The walk from an answer to those who stand behind it, and each step of its proof."""
    grid = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name in _TRACED:
        grid.add_row(f"[dim]{name.replace('_', ' ')}[/]", str(getattr(found, name)))
    for step in found.steps:
        grid.add_row(("[green]✓[/] " if step.ok else "[red]✗[/] ") + step.name, escape(step.detail))
    console.print(grid)
    if not found.proven:
        console.print("[yellow]not proven yet[/]: a receipt's batch is sealed within 15 s of the answer")
