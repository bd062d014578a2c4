"""polars, one thread: rows below each edge, moments, extremes, missing and level counts of every column."""

import os

os.environ["POLARS_MAX_THREADS"] = "1"

import json
import sys
from pathlib import Path

import polars as pl
from timing import answer, cpu, data

arrays, bounds = data(), json.loads(Path(sys.argv[3]).read_text())
frame = pl.DataFrame(
    {f"x{n}": arrays["scoring"][:, n] for n in range(20)} | {f"c{n}": arrays["scoring_codes"][:, n] for n in range(5)}
)
asked = []
for n in range(20):
    column = pl.col(f"x{n}")
    asked += [(column < edge).sum().alias(f"x{n} {place}") for place, edge in enumerate(bounds[n][:-1])]
    asked += [(column <= bounds[n][-1]).sum().alias(f"x{n} last"), column.is_nan().sum().alias(f"x{n} missing")]
    asked += [getattr(column, name)().alias(f"x{n} {name}") for name in ("sum", "std", "min", "max")]


def report() -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The whole of it."""
    return frame.lazy().select(asked).collect(), [frame[f"c{n}"].value_counts() for n in range(5)]


numbers, levels = report()
below = [[numbers[f"x{n} {place}"][0] for place in [*range(len(bounds[n]) - 1), "last"]] for n in range(20)]
codes = [dict(each.sort(each.columns[0]).iter_rows()) for each in levels]
answer(seconds=cpu(report), below=below, levels=[[each.get(code, 0) for code in range(8)] for each in codes])
