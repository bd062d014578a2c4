"""The `fairlead` command: its groups, its global options, and how errors end it."""

from typing import Annotated

import typer
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.operations.catalogue import OPERATIONS

from fairlead_cli.commands import demo, derived, doctor, documents, evidence, init, server
from fairlead_cli.output import fail
from fairlead_cli.session import target

app = typer.Typer(
    name="fairlead",
    help="The control plane for machine-learning models in production.\n\nBegin with `fairlead demo` or `fairlead up`.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


@app.callback()
def options(
    url: Annotated[str | None, typer.Option(help="The server's address.", envvar="FAIRLEAD_URL")] = None,
    token: Annotated[str | None, typer.Option(help="Your token.", envvar="FAIRLEAD_TOKEN")] = None,
    project: Annotated[str, typer.Option(help="The project.", envvar="FAIRLEAD_PROJECT")] = "default",
) -> None:
    target.url, target.token, target.project = url, token, project


for command in (
    demo.demo,
    server.up,
    server.down,
    server.status,
    doctor.doctor,
    doctor.config,
    init.init,
    evidence.trace,
):
    app.command()(command)
app.add_typer(documents.app, name="contracts")
groups = derived.add_to(app, OPERATIONS.values())
groups["audit"].command()(evidence.verify)
groups["audit"].command()(evidence.download)


def run() -> None:
    """Run the command; what Fairlead refuses ends in one clear message and exit code 1."""
    try:
        app()
    except FairleadError as error:
        fail(error)
