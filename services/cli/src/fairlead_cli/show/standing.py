"""How a deployment's goals stand."""

from typing import Any

from rich.console import Console
from rich.markup import escape

from fairlead_cli.show.plain import moment, table

MARKS = {"passing": "·", "at risk": "▲", "failing": "●", "unknown": "?"}
STYLES = {"passing": "green", "at risk": "yellow", "failing": "bold red", "unknown": "dim"}
COLUMNS = ("goal", "objective", "status", "since", "now", "value", "action", "reason")


def listed(console: Console, found: Any) -> None:
    """Each goal: its status by the ledger, what a look says now, and why."""
    if not found.items:
        console.print("[dim]No goals yet; `fairlead goal set --help` shows how.[/]")
        return
    made = table("goal", "status", "since (UTC)", "value", "action", "why", numbers=("value",))
    for each in found.items:
        name, _, status, since, _, value, action, reason = row(each)
        made.add_row(name, f"[{STYLES[status]}]{MARKS[status]} {status}[/]", since, value, action, escape(reason))
    console.print(made)


def row(each: Any) -> tuple[str, ...]:
    """A goal in words, column by column."""
    value = "" if each.now.value is None else f"{each.now.value:.6g}"
    turning = each.now.status != each.status
    said = f"{each.reason}; now {each.now.status}: {each.now.reason}" if turning else each.now.reason
    goal = each.goal
    return goal.name, _objective(goal), each.status, moment(each.since), each.now.status, value, goal.action, said


def _objective(goal: Any) -> str:
    stated = goal.objective.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    parts = [f"{name.replace('_', ' ')} {value}" for name, value in stated.items() if name != "kind"]
    return " ".join([goal.objective.kind, *parts])
