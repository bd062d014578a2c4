"""What commands print: JSON for programs, coloured on a terminal; errors with what to do next."""

from typing import NoReturn

import typer
from fairlead_contracts.errors import FairleadError
from pydantic import BaseModel
from rich.console import Console

console = Console()
errors = Console(stderr=True)


def show(reply: BaseModel) -> None:
    """Print a reply as JSON."""
    text = reply.model_dump_json(indent=2, exclude_none=True)
    if console.is_terminal:
        console.print_json(text)
    else:
        typer.echo(text)


def fail(error: FairleadError) -> NoReturn:
    """Print an error and end with exit code 1."""
    problem = error.problem()
    errors.print(f"[bold red]{problem.title}[/] ({problem.code}): ", end="")
    errors.print(problem.detail, markup=False, highlight=False)
    for place in problem.errors:
        errors.print(f"  {place.pointer or '/'}: {place.detail}", markup=False, highlight=False)
    raise SystemExit(1)
