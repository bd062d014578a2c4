"""Rows of actuals with their line in the file, read as they are needed."""

import csv
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from fairlead_contracts.errors import InvalidRequestError, InvalidTableError

PARQUET, LINES, CSV = (".parquet", ".pq"), (".jsonl", ".ndjson"), (".csv", ".tsv")
Row = tuple[int, Mapping[str, Any] | str]
"""A line, from 1, and what it holds by field; or a text that says why it cannot be read."""


@dataclass(frozen=True)
class Columns:
    """Under which names the fields of an actual stand. `row` and `time` need not be there."""

    id: str = "id"
    value: str = "value"
    row: str = "row"
    time: str = "time"


def rows(source: Any, columns: Columns) -> Iterator[Row]:
    """The rows of a file, by the end of its name, or of a pandas, polars or Arrow table.

    Lines count as an editor shows them: a CSV's header is line 1. Rows of Parquet and of tables count from 1.
    Raises: InvalidRequestError for no such file or another kind; InvalidTableError without the columns id and value.
    """
    if not isinstance(source, str | os.PathLike):
        return _table(source, columns)
    path = Path(source)
    if not path.is_file():
        raise InvalidRequestError(f"There is no file {path}.")
    suffix = path.suffix.lower()
    if suffix in PARQUET:
        return _parquet(path, columns)
    if suffix in LINES:
        return _lines(path, columns)
    if suffix in CSV:
        return _csv(path, columns, "\t" if suffix == ".tsv" else ",")
    raise InvalidRequestError(f"{path.name}: a file of actuals ends in .csv, .tsv, .parquet, .pq, .jsonl or .ndjson.")


def _csv(path: Path, columns: Columns, delimiter: str) -> Iterator[Row]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file, delimiter=delimiter)
        try:
            _require(columns, reader.fieldnames or ())
            for row in reader:
                fields = {name: value for name, value in row.items() if value != ""}
                whole = None not in row and None not in row.values()
                yield reader.line_num, _fields(fields, columns) if whole else "it has not as many cells as the header"
        except (UnicodeDecodeError, csv.Error) as error:
            raise InvalidTableError(f"{path.name} is no CSV in UTF-8 after line {reader.line_num}: {error}") from None


def _lines(path: Path, columns: Columns) -> Iterator[Row]:
    with path.open("rb") as file:
        for line, text in enumerate(file, 1):
            if text.strip():
                yield line, _of_line(text, columns)


def _of_line(text: bytes, columns: Columns) -> Mapping[str, Any] | str:
    try:
        found = json.loads(text)
    except ValueError:
        return "this is not JSON"
    return _fields(found, columns) if isinstance(found, dict) else "this is no JSON object"


def _parquet(path: Path, columns: Columns) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            _require(columns, names)
            wanted = [each for each in astuple(columns) if each in names]
            yield from _batches(file.iter_batches(columns=wanted), columns)
    except (pa.ArrowException, OSError) as error:
        raise InvalidTableError(f"{path.name} cannot be read as Parquet: {str(error)[:200]}") from None


def _table(table: Any, columns: Columns) -> Iterator[Row]:
    from fairlead_cli.register.training_data import arrow

    found = arrow(table)
    _require(columns, found.column_names)
    wanted = [each for each in astuple(columns) if each in found.column_names]
    return _batches(found.select(wanted).to_batches(), columns)


def _batches(batches: Any, columns: Columns) -> Iterator[Row]:
    line = 0
    for batch in batches:
        for row in batch.to_pylist():
            line += 1
            yield line, _fields({name: value for name, value in row.items() if value is not None}, columns)


def _fields(row: Mapping[str, Any], columns: Columns) -> Mapping[str, Any]:
    named = {"id": columns.id, "value": columns.value, "row": columns.row, "time": columns.time}
    fields = {field: row[name] for field, name in named.items() if name in row}
    if isinstance(fields.get("id"), int):
        fields["id"] = str(fields["id"])
    return fields


def _require(columns: Columns, names: Any) -> None:
    missing = [each for each in (columns.id, columns.value) if each not in names]
    if missing:
        there = ", ".join(map(str, list(names)[:20])) or "none"
        raise InvalidTableError(
            f"There is no column {' and no column '.join(missing)}; there is {there}. Where they have other names,"
            " say so: `--columns id=loan,value=paid`."
        )
