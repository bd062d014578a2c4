"""What commands print: tables for people, JSON for programs; errors with what to do next."""

import json
import sys
from typing import Annotated, Any, NoReturn

import typer
from fairlead_contracts.errors import FairleadError
from pydantic import BaseModel
from rich.console import Console

from fairlead_cli.advice import after
from fairlead_cli.show import render

console = Console(emoji=False)
errors = Console(stderr=True, emoji=False)

JsonOption = Annotated[bool, typer.Option("--json", help="JSON on a terminal too; where output is piped it always is.")]


def show(reply: BaseModel, *, as_json: bool = False) -> None:
    """Print a reply: for people on a terminal, as JSON everywhere else and when asked."""
    if sys.stdout.isatty() and not as_json:
        render(console, reply)
    else:
        typer.echo(reply.model_dump_json(indent=2, exclude_none=True))


def show_field(reply: BaseModel, path: str) -> None:
    """Print one field of a reply for a script: text as it is, anything else as JSON.

    `path` goes into objects by their names and into lists by their numbers, with dots between.
    Raises: typer.BadParameter naming what there is instead.
    """
    found: Any = reply.model_dump(mode="json")
    for step in path.split("."):
        inside = found if isinstance(found, dict) else dict(enumerate(found)) if isinstance(found, list) else {}
        names = {str(name): value for name, value in inside.items()}
        if step not in names:
            there = ", ".join(names) or "nothing"
            raise typer.BadParameter(f"there is no {step}, there is {there}", param_hint="--field")
        found = names[step]
    typer.echo(found if isinstance(found, str) else json.dumps(found))


def show_json(document: Any) -> None:
    """Print what is no reply of an operation as JSON."""
    typer.echo(json.dumps(document, indent=2))


def fail(error: FairleadError) -> NoReturn:
    """Print an error, where it lies and what to do next, and end with exit code 1."""
    problem = error.problem(getattr(error, "instance", None))
    errors.print(f"[bold red]{problem.title}[/] ({problem.code}): ", end="")
    errors.print(problem.detail, markup=False, highlight=False, soft_wrap=True)
    for place in problem.errors:
        errors.print(f"  {place.pointer or '/'}: {place.detail}", markup=False, highlight=False, soft_wrap=True)
    if advice := after(error):
        errors.print(f"  → {advice}", style="cyan", markup=False, highlight=False, soft_wrap=True)
    raise SystemExit(1)
