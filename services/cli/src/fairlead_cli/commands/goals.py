"""`fairlead goals` and `fairlead metric import`: how goals stand, and values of a custom metric from a file."""

import csv
import hashlib
import sys
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from fairlead_cli.output import JsonOption, console, show
from fairlead_cli.session import session
from fairlead_cli.show.standing import COLUMNS, row

AT_ONCE = 5_000


def goals(
    deployment: Annotated[str, typer.Argument(help="The deployment.")],
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
) -> None:
    """Show how a deployment's goals stand. Exit code 1 while one of them fails.

    Example: `fairlead goals churn`
    """
    with session() as client:
        found = client.list_goals(deployment=deployment)
    if as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(COLUMNS)
        writer.writerows(row(each) for each in found.items)
    else:
        show(found, as_json=as_json)
    if any(each.status == "failing" for each in found.items):
        raise typer.Exit(1)


def import_points(
    deployment: Annotated[str, typer.Argument(help="The deployment.")],
    metric: Annotated[str, typer.Argument(help="The custom metric.")],
    file: Annotated[Path, typer.Argument(help="CSV with a header: value, and if wanted count, time, id.", exists=True)],
) -> None:
    """Post values of a custom metric from a CSV file; the same file again changes nothing.

    Example: `fairlead metric import churn approved approved.csv`
    """
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    with session() as client, file.open(newline="") as lines:
        total, rows = 0, enumerate(csv.DictReader(lines), 2)
        while part := list(islice(rows, AT_ONCE)):
            points = [{"id": f"{digest}/{line}", **_point(row)} for line, row in part]
            total += client.record_metric(deployment=deployment, metric=metric, points=points).points
    console.print(f"{total} values of {metric}")


def _point(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name is not None and value not in (None, "")}
