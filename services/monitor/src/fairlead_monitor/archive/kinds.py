"""What kind each output and the actual are, so that a file has numbers where all are numbers."""

import json
from typing import Any

ACTUAL = "actual"
_WIDEST = 2**63


class Kinds:
    """Kinds of the columns that models name, found by looking at every row."""

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}
        self._actual: set[str] = set()

    def see(self, outputs: dict[str, Any], actual: str | None) -> None:
        """Look at one row; `actual` is JSON."""
        for name, value in outputs.items():
            self._seen.setdefault(name, set()).add(_kind(value))
        if actual is not None:
            self._actual.add(_kind(json.loads(actual)))

    def columns(self) -> dict[str, str]:
        """DuckDB's type of each column. Names that differ by their case alone get a number: readers confuse them."""
        found: dict[str, str] = {}
        taken: set[str] = set()
        for name, kinds in self._seen.items():
            column, number = f"output_{name}", 1
            while column.lower() in taken:
                number += 1
                column = f"output_{name}_{number}"
            taken.add(column.lower())
            found[column] = _type(kinds)
        return {**found, ACTUAL: _type(self._actual)}

    def texts(self, outputs: dict[str, Any], actual: str | None) -> list[str | None]:
        """The values of one row as text, in the order of the columns."""
        return [*(_text(outputs.get(name)) for name in self._seen), _text(json.loads(actual)) if actual else None]


def _kind(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "BOOLEAN"
        case int():
            return "BIGINT" if -_WIDEST <= value < _WIDEST else "VARCHAR"
        case float():
            return "DOUBLE"
        case _:
            return "VARCHAR"


def _type(kinds: set[str]) -> str:
    some = kinds - {""}
    if some == {"BIGINT", "DOUBLE"}:
        return "DOUBLE"
    return some.pop() if len(some) == 1 else "VARCHAR"


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)
