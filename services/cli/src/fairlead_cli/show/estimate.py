"""Estimated performance for people: the estimate, where the truth should lie, the truth, and what speaks against it."""

from typing import Any

from rich.console import Console
from rich.markup import escape

from fairlead_cli.show.plain import table
from fairlead_cli.show.times import when

_FIRST = ("auc", "mae")


def estimate(console: Console, report: Any) -> None:
    """One line a period and version, for AUC or MAE; then what it assumes."""
    if not report.items:
        console.print("[dim]Nothing was scored in this time.[/]")
        return
    numbers = ("rows", "labelled", "estimate", f"{report.level:.0%} interval", "truth")
    made = table("period (UTC)", "version", *numbers, "trust", title="Estimated performance", numbers=numbers)
    for each in report.items:
        name = next((name for name in _FIRST if name in each.metrics), None)
        who = f"v{each.version}" + ("" if each.role == "champion" else f" {each.role}")
        cells = _cells(name, each.metrics[name]) if name else ("", "", "")
        made.add_row(when(each.start, each.end), who, str(each.rows), str(each.labelled), *cells, _trust(each))
    console.print(made)
    for line in dict.fromkeys(doubt for each in report.items if each.metrics for doubt in each.doubts):
        console.print(f"not to be trusted where {escape(line)}", style="yellow", highlight=False)
    console.print(report.assumption, style="dim", highlight=False)


def _cells(name: str, found: Any) -> tuple[str, str, str]:
    truth = "" if found.truth is None else _marked(found)
    return f"{name} {found.value:.3f}", f"{found.low:.3f} to {found.high:.3f}", truth


def _marked(found: Any) -> str:
    inside = found.low <= found.truth <= found.high
    return f"[{'green' if inside else 'red'}]{found.truth:.3f}[/]"


def _trust(item: Any) -> str:
    if not item.metrics:
        return "[dim]-[/]"
    return "[yellow]no[/]" if item.doubts else "[green]yes[/]"
