"""`fairlead score`: a file of rows through a deployment."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from fairlead_cli.output import JsonOption, console, errors, show_json
from fairlead_cli.scoring import Options, Scored
from fairlead_cli.scoring import score as scored
from fairlead_cli.session import session


def score(  # noqa: PLR0913  # options, most of them optional
    deployment: Annotated[str, typer.Argument(help="The deployment.")],
    source: Annotated[Path, typer.Argument(help="Rows to score, CSV or Parquet.")],
    output: Annotated[Path, typer.Argument(help="Where the scores go, CSV or Parquet by its name.")],
    ids: Annotated[str | None, typer.Option(help="A column with an id for each row, as actuals will name it.")] = None,
    times: Annotated[str | None, typer.Option(help="A column with the time at which each row happened.")] = None,
    rows: Annotated[int | None, typer.Option(min=1, help="Rows in one request; none: as many as fit.")] = None,
    at_once: Annotated[int, typer.Option(min=1, max=64, help="Requests under way at once.")] = 4,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the output, and what was begun.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Score a file of any size through a deployment's replicas; killed and typed again, it goes on where it was.

    Example: `fairlead score churn customers.parquet scores.parquet`
    """
    options = Options(ids=ids, times=times, rows=rows, at_once=at_once, overwrite=overwrite)
    bar = Progress(
        SpinnerColumn(), TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn(), console=errors, transient=True
    )
    with session() as client, bar:
        task = bar.add_task("rows", total=None)
        done = scored(client, deployment, source, output, options, lambda count: bar.update(task, completed=count))
    _show(done, output, as_json)


def _show(done: Scored, output: Path, as_json: bool) -> None:
    if as_json or not console.is_terminal:
        show_json({"output": str(output), **vars(done)})
        return
    versions = ", ".join(f"version {name}: {rows:,}" for name, rows in sorted(done.versions.items()))
    before = f"; {done.resumed:,} by an earlier run" if done.resumed else ""
    console.print(f"{done.rows:,} rows in {done.seconds:.1f} s to {output} ({versions or 'none anew'}{before})")
