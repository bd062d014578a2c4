"""Predictions with their actuals into one file, hot and archived ones alike, a part of them in memory at a time."""

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from fairlead_contracts.operations.monitor import ExportPredictions, PredictionsExported

from fairlead_monitor.archive.duck import locked
from fairlead_monitor.archive.kinds import Kinds
from fairlead_monitor.archive.reading import CHUNK
from fairlead_monitor.reports.periods import span
from fairlead_monitor.reports.selection import where

if TYPE_CHECKING:
    import duckdb

Keep = Callable[[Path], tuple[str, int]]
"""Stores a file; returns its digest and size."""
FIXED = {
    "id": "VARCHAR", "row": "BIGINT", "time": "TIMESTAMP", "model": "VARCHAR", "version": "BIGINT", "role": "VARCHAR",
}  # fmt: skip
KNOWN, QUOTE = "actual_known", "'"


def export(db: sqlite3.Connection, asked: ExportPredictions, keep: Keep) -> PredictionsExported:
    """Every prediction of the period. Raises: LowDiskError, UnavailableError where the file cannot be stored."""
    kinds = Kinds()
    for *_, outputs, actual, _known in _rows(db, asked):
        kinds.see(json.loads(outputs), actual)
    columns = {**FIXED, **kinds.columns(), KNOWN: "TIMESTAMP"}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"predictions.{asked.format}"
        with locked(Path(folder), [file]) as duck:
            rows = _fill(duck, columns, (_texts(row, kinds) for row in _rows(db, asked)))
            shown = f"SELECT {_shown(columns, asked.format)} FROM filled ORDER BY c2, c0, c1"  # noqa: S608  # quoted
            duck.execute(f"COPY ({shown}) TO '{str(file).replace(QUOTE, QUOTE * 2)}' (FORMAT {asked.format})")
        digest, size = keep(file)
    return PredictionsExported(digest=digest, size=size, rows=rows, columns=tuple(columns))


def _rows(db: sqlite3.Connection, asked: ExportPredictions) -> Iterator[tuple[Any, ...]]:
    condition, values = where(asked, every_role=True)
    return db.execute(
        "SELECT id, row, time, model, version, role, outputs, value, known FROM predictions LEFT JOIN actuals"  # noqa: S608  # ours
        f" USING (project, deployment, id, row) WHERE {condition} AND time >= ? AND time < ?",
        (*values, *span(asked.start, asked.end)),
    )


def _texts(row: tuple[Any, ...], kinds: Kinds) -> list[str | None]:
    # Everything goes in as text, and DuckDB makes of it what the column is: a double's shortest text is that double.
    *fixed, outputs, actual, known = row
    given = kinds.texts(json.loads(outputs), actual)
    return [*map(str, fixed), *given, None if known is None else str(known)]


def _fill(duck: "duckdb.DuckDBPyConnection", columns: Mapping[str, str], rows: Iterator[Sequence[str | None]]) -> int:
    places = [f"c{place}" for place in range(len(columns))]
    made = ", ".join(f"{_read(place, kind)} AS {place}" for place, kind in zip(places, columns.values(), strict=True))
    count = 0
    while chunk := [row for _, row in zip(range(CHUNK), rows, strict=False)]:
        given = dict(zip(places, (np.array(each, dtype=object) for each in zip(*chunk, strict=True)), strict=True))
        duck.register("chunk", given)
        into = "INSERT INTO filled" if count else "CREATE TABLE filled AS"
        duck.execute(f"{into} SELECT {made} FROM chunk")  # noqa: S608  # ours
        count += len(chunk)
    if not count:
        empty = ", ".join(f"{place} {kind}" for place, kind in zip(places, columns.values(), strict=True))
        duck.execute(f"CREATE TABLE filled ({empty})")
    return count


def _read(place: str, kind: str) -> str:
    return f"make_timestamp({place}::BIGINT)" if kind == "TIMESTAMP" else f"{place}::{kind}"


def _shown(columns: Mapping[str, str], form: str) -> str:
    def one(place: int, name: str, kind: str) -> str:
        text = form == "csv" and kind == "TIMESTAMP"  # as everywhere in Fairlead: RFC 3339
        value = f"strftime(c{place}, '%Y-%m-%dT%H:%M:%S.%fZ')" if text else f"c{place}"
        return f'{value} AS "{name.replace(chr(34), chr(34) * 2)}"'

    return ", ".join(one(place, *each) for place, each in enumerate(columns.items()))
