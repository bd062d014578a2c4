"""`fairlead compare`: any report of one period beside the same report of another one."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer

from fairlead_cli.commands.words import HINTS
from fairlead_cli.frames import Row, rows_of
from fairlead_cli.output import console, show_json
from fairlead_cli.session import session
from fairlead_cli.show.plain import table

_ASKED: Mapping[str, Mapping[str, Any]] = {
    "health": {}, "coverage": {}, "quality": {"by": "all"}, "drift": {"by": "all"}, "accuracy": {"by": "all"},
}  # fmt: skip
_SHOWN = {
    "health": ("requests", "rows", "client_errors", "server_errors", "p50", "p95", "p99"),
    "coverage": ("served", "counted", "predictions", "labelled"),
    "quality": ("missing", "out_of_range", "new_levels"),
    "drift": ("psi", "jensen_shannon"),
    "accuracy": ("value", "low", "high"),
}
_KEYS = {
    "health": ("of", "scope"), "coverage": (), "quality": ("feature", "version"), "drift": ("feature", "version"),
    "accuracy": ("role", "version", "metric"),
}  # fmt: skip


class Reports(StrEnum):
    """What can be compared."""

    health = "health"
    coverage = "coverage"
    quality = "quality"
    drift = "drift"
    accuracy = "accuracy"


def compare(
    report: Annotated[Reports, typer.Argument(help="Which report.")],
    deployment: Annotated[str, typer.Argument(help=HINTS["deployment"])],
    first: Annotated[str, typer.Option(help="The first period: START/END, each RFC 3339 or empty for open.")],
    second: Annotated[str, typer.Option(help="The second period, in the same form.")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """Compare a report of two periods, value by value. `fairlead drift compare` tests one period against another.

    Example: `fairlead compare health churn --first /2026-02-01T00:00:00Z --second 2026-02-01T00:00:00Z/`
    """
    with session() as client:
        ask = getattr(client, f"get_{report.value}")
        found = [ask(deployment=deployment, **_ASKED[report.value], **_period(each)) for each in (first, second)]
    rows = list(compared(report.value, *(list(rows_of(each)) for each in found)))
    if as_json:
        show_json(rows)
        return
    numbers = ("first", "second", "difference")
    made = table(*_KEYS[report.value], "what", *numbers, title=f"{report.value}: two periods", numbers=numbers)
    for row in rows:
        made.add_row(*(_text(value) for value in row.values()))
    console.print(made)


def compared(report: str, first: list[Row], second: list[Row]) -> Iterator[dict[str, Any]]:
    """One row for each value of either period: both, and by how much the second is larger."""
    keys = _KEYS[report]
    sides = [{tuple(row[key] for key in keys): row for row in rows} for rows in (first, second)]
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        for name in _SHOWN[report]:
            a, b = (side.get(key, {}).get(name) for side in sides)
            yield {**dict(zip(keys, key, strict=True)), "what": name, "first": a, "second": b,
                   "difference": _difference(a, b)}  # fmt: skip


def _difference(first: Any, second: Any) -> Any:
    known = isinstance(first, int | float) and isinstance(second, int | float)
    return second - first if known else None


def _period(text: str) -> dict[str, str]:
    start, slash, end = text.partition("/")
    if not slash:
        raise typer.BadParameter("a period is START/END, such as 2026-01-01T00:00:00Z/2026-02-01T00:00:00Z")
    return {name: value for name, value in (("start", start), ("end", end)) if value}


def _text(value: Any) -> str:
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
