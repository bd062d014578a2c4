"""Any reply as its fields, and a table for each list in it."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fairlead_contracts.operations import Accepted
from pydantic import BaseModel
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

_DIGEST = re.compile(r"sha256:([0-9a-f]{12})[0-9a-f]{52}")
_FEW = 10
_FOLDED = 17
"""Cells up to a moment's length are never folded; longer ones are where the terminal is narrow."""
_WHOLE = ("status", "by period", "state", "period (UTC)", "time (UTC)")
"""Columns that are read as one: a narrow terminal folds the others first."""


def table(*columns: str, title: str | None = None, numbers: Sequence[str] = ()) -> Table:
    """An empty table in the one style that all of them have; `numbers` names columns that stand to the right."""
    made = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), title_style="bold")
    for each in columns:
        number = each in numbers
        made.add_column(each, justify="right" if number else "left", overflow="fold", no_wrap=number or each in _WHOLE)
    return made


def fields(console: Console, reply: BaseModel) -> None:
    """Scalars by name, then texts of many lines, then a table for each list of objects."""
    values = {name: getattr(reply, name) for name in type(reply).model_fields}
    following = values.pop("next", None) if "items" in values else None
    told = {name: value for name, value in values.items() if value not in (None, (), {}, "")}
    lists = {name: value for name, value in told.items() if _objects(value)}
    texts = {name: value for name, value in told.items() if isinstance(value, str) and "\n" in value}
    _grid(console, {name: value for name, value in told.items() if name not in lists and name not in texts})
    for name, text in texts.items():
        console.print(f"[dim]{_words(name)}[/]")
        console.print(text.rstrip("\n"), markup=False, highlight=False, soft_wrap=True)
    for name, value in lists.items():
        console.print(listed(value, None if name == "items" else _words(name)))
    if not told:
        console.print("[dim]none[/]")
    if following is not None:
        console.print(f"[dim]more: --after {escape(str(following))}[/]")


def _grid(console: Console, values: Mapping[str, Any]) -> None:
    grid = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in values.items():
        grid.add_row(f"[dim]{_words(name)}[/]", _cell(value, whole=True))
    if values:
        console.print(grid)


def listed(items: Sequence[BaseModel], title: str | None) -> Table:
    """Objects as rows; a column that is empty in all of them is left out."""
    rows = [_flat(each) for each in items]
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if _told(rows, name)]
    numbers = [_words(name) for name in names if all(_number(row.get(name)) for row in rows)]
    made = table(*(_words(name) for name in names), title=title, numbers=numbers)
    cells = [[_cell(row.get(name)) for name in names] for row in rows]
    for column, values in zip(made.columns, zip(*cells, strict=True), strict=True):
        column.no_wrap = max(map(len, values)) <= _FOLDED
    for row_cells in cells:
        made.add_row(*row_cells)
    return made


def accepted(console: Console, reply: Accepted[Any]) -> None:
    """A change: what it left, where it stands on the ledger, and a secret that is shown once."""
    fact = reply.fact
    what = _words(type(fact).type)
    done = f"[green]✓[/] {what}" if reply.changed else f"[yellow]=[/] {what}: it was so already"
    console.print(f"{done}  [dim]ledger sequence {reply.sequence}, {moment(reply.time)} UTC[/]", highlight=False)
    fields(console, fact)
    if reply.secret:
        console.print(f"[bold]{reply.secret}[/]", highlight=False, soft_wrap=True)
        console.print("[dim]This secret is shown once. Use it: export FAIRLEAD_TOKEN=…[/]")


def _flat(item: BaseModel) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name in type(item).model_fields:
        value = getattr(item, name)
        flat.update(value if isinstance(value, dict) and value and _numeric(value) else {name: value})
    return flat


def _numeric(value: Mapping[str, Any]) -> bool:
    return all(isinstance(each, float) for each in value.values())


def _objects(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)


def _told(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    return any(row.get(name) not in (None, "", (), {}) for row in rows)


def _number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _words(name: str) -> str:
    return name.replace("_", " ")


def moment(value: datetime) -> str:
    """A moment in UTC, to the minute."""
    return f"{value:%Y-%m-%d %H:%M}"


def _cell(value: Any, *, whole: bool = False) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.4g}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S} UTC" if whole else moment(value)
        case BaseModel():
            return _pairs({_words(name): getattr(value, name) for name in type(value).model_fields})
        case dict():
            return _pairs(value if not _numeric(value) else dict(sorted(value.items(), key=lambda item: -item[1])))
        case tuple() | list():
            return _many(value)
    return escape(str(value) if whole else shortened(value))


def shortened(value: Any) -> str:
    """A text or a number with its digests cut to 12 digits; nothing for what has parts."""
    return _DIGEST.sub(r"\1…", str(value)) if isinstance(value, str | int | float) else ""


def _many(value: Sequence[Any]) -> str:
    if value and isinstance(value[0], BaseModel):
        return str(len(value))
    return ", ".join(_cell(each) for each in value[:_FEW]) + (f", … ({len(value)})" if len(value) > _FEW else "")


def _pairs(values: Mapping[Any, Any]) -> str:
    told = [(key, value) for key, value in values.items() if value not in (None, "", (), {})]
    text = ", ".join(f"{escape(str(key))}={_cell(value)}" for key, value in told[:_FEW])
    return text + (f", … ({len(told)})" if len(told) > _FEW else "")
