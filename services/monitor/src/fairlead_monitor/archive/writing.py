"""Rows into a Parquet file, sorted by time, so that a reader skips what it does not ask for."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fairlead_contracts.names import digest_of_file

from fairlead_monitor.archive.duck import locked
from fairlead_monitor.archive.manifest import Archived, Of

COLUMNS = ("id", "row", "time", "model", "version", "role", "outputs", "written")
_NUMBERS = {"row", "time", "version", "written"}
_COPY = """
    COPY (
        SELECT id, row, make_timestamp(time) AS time, model, version, role, outputs, make_timestamp(written) AS written
        FROM given ORDER BY given.time, id, row)
    TO '{file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20000)
"""
Row = tuple[Any, ...]


def write(rows: Sequence[Row], file: Path, place: tuple[int, Of]) -> Archived:
    """Write rows of `COLUMNS` (times in microseconds since 1970) to `file`; returns what is to be noted of it.

    `place`: the partition, and which deployment of it. Outputs stay the text that they are, so nothing is rounded.
    """
    import numpy as np

    given = {
        name: np.array(values, dtype=np.int64 if name in _NUMBERS else object)
        for name, values in zip(COLUMNS, zip(*rows, strict=True), strict=True)
    }
    with locked(file.parent, [file]) as duck:
        duck.register("given", given)
        duck.execute(_COPY.format(file=str(file).replace("'", "''")))  # COPY takes no parameter there
    partition, of = place
    ids, times, written = given["id"], given["time"], given["written"]
    hour = dt.datetime.fromtimestamp(int(written.min()) // 1_000_000, dt.UTC).strftime("%Y%m%dT%H")
    name = f"{hour}-{digest_of_file(file).removeprefix('sha256:')}.parquet"
    return Archived(
        path="/".join((folder(partition), *of, name)), project=of[0], deployment=of[1], rows=len(rows),
        first=int(times.min()), last=int(times.max()), written_first=int(written.min()),
        written_last=int(written.max()), id_first=min(ids), id_last=max(ids),
    )  # fmt: skip


def folder(partition: int) -> str:
    """Where a partition's files are in the object store."""
    return f"monitor/predictions/{partition:02}"
