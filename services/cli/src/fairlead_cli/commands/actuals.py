"""`fairlead actuals import`: outcomes from a file, with progress, and every line that was not taken."""

from pathlib import Path
from typing import Annotated, Any

import typer
from fairlead_contracts.operations.catalogue import OPERATIONS
from rich.progress import Progress

from fairlead_cli.actuals import Columns, import_file
from fairlead_cli.commands.fields import parsed
from fairlead_cli.commands.words import HINTS
from fairlead_cli.output import JsonOption, errors, show
from fairlead_cli.session import session

_OPERATION = OPERATIONS["import_actuals"]


def import_actuals(
    deployment: Annotated[str, typer.Argument(help=HINTS["deployment"])],
    file: Annotated[Path | None, typer.Argument(help="CSV (with a header), Parquet or JSON lines.")] = None,
    actuals: Annotated[str | None, typer.Option(help="Instead of a file: JSON, or @FILE with JSON in it.")] = None,
    columns: Annotated[str, typer.Option(help="Where fields stand under other names: id=loan,value=paid.")] = "",
    project: Annotated[str | None, typer.Option(help=HINTS["project"], show_default=False)] = None,
    as_json: JsonOption = False,
) -> None:
    """Import actuals in bulk; the ledger keeps their count and digest.

    Of several actuals for one row the one that became known last counts: by its time, else by when it was received. The
    same file again changes nothing. A line that cannot be taken is told and left out; the exit code is 1 then.

    Needs the permissions `actuals:check` and `actuals:import`.

    Example: `fairlead actuals import churn outcomes.csv`
    """
    if (file is None) == (actuals is None):
        raise typer.BadParameter("give a file, or --actuals")
    named = _named(columns)
    with session() as client:
        client.project = project or client.project
        if file is None:
            given = parsed(_OPERATION.request.model_fields["actuals"], actuals)
            show(client.import_actuals(deployment=deployment, actuals=given), as_json=as_json)
            return
        with Progress(*_columns(), console=errors, transient=True) as progress:
            task = progress.add_task("importing", total=None)
            found = import_file(client, deployment, file, named, lambda rows: progress.update(task, completed=rows))
    show(found, as_json=as_json)
    if found.refused:
        raise typer.Exit(1)


def _named(columns: str) -> Columns:
    pairs = [each.partition("=") for each in columns.split(",") if each]
    named = {field.strip(): name for field, _, name in pairs}
    if set(named) - {"id", "value", "row", "time"} or not all(named.values()):
        raise typer.BadParameter("--columns names fields id, value, row or time: id=loan,value=paid")
    return Columns(**named)


def _columns() -> tuple[Any, ...]:
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    return (SpinnerColumn(), TextColumn("{task.description}: {task.completed:,.0f} rows"), TimeElapsedColumn())
