"""`fairlead prediction export`: predictions and their actuals, row by row, into a file here."""

from pathlib import Path
from typing import Annotated, Any

import typer
from fairlead_contracts.operations.catalogue import OPERATIONS
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from fairlead_cli.commands.fields import parsed
from fairlead_cli.commands.words import HINTS
from fairlead_cli.output import JsonOption, errors, show
from fairlead_cli.session import session

_FIELDS = OPERATIONS["export_predictions"].request.model_fields
_Moment = Annotated[str | None, typer.Option(help="RFC 3339, such as 2026-01-31T12:00:00Z.", show_default=False)]


def export(  # noqa: PLR0913  # typer reads options off the signature
    deployment: Annotated[str, typer.Argument(help=HINTS["deployment"])],
    file: Annotated[Path, typer.Argument(help="CSV where the name ends in .csv, else Parquet.")],
    start: _Moment = None,
    end: _Moment = None,
    version: Annotated[int | None, typer.Option(help="Only this one; else every one.", show_default=False)] = None,
    format: Annotated[
        str | None, typer.Option(help="parquet or csv, whatever the name ends in.", show_default=False)
    ] = None,
    project: Annotated[str | None, typer.Option(help=HINTS["project"], show_default=False)] = None,
    as_json: JsonOption = False,
) -> None:
    """Export predictions and their actuals, a row each, for DuckDB, pandas or a spreadsheet.

    By event time, from `--start` on and before `--end`. An existing file is replaced once the new one is whole.

    Needs the permissions `prediction:export` and `artifact:download`.

    Example: `fairlead prediction export churn predictions.parquet`
    """
    if not file.absolute().parent.is_dir():
        raise typer.BadParameter(f"there is no folder {file.parent}")
    asked: dict[str, Any] = {"start": start, "end": end, "version": version, "format": format}
    given = {name: parsed(_FIELDS[name], str(value)) for name, value in asked.items() if value is not None}
    with session() as client, Progress(*_columns(), console=errors, transient=True) as progress:
        client.project = project or client.project
        task = progress.add_task("collecting", total=None)

        def told(part: int) -> None:
            progress.update(task, description="downloading", advance=part)

        try:
            found = client.export(deployment, file, told=told, **given)
        except OSError as error:
            raise typer.BadParameter(f"{file}: {error.strerror}") from None
    show(found, as_json=as_json)


def _columns() -> tuple[TextColumn, BarColumn, DownloadColumn, TimeElapsedColumn]:
    return TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn()
