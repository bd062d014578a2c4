"""The `fairlead` command: its groups, its global options, and how errors end it."""

from importlib.metadata import version as installed
from typing import Annotated, Any

import typer
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.operations.catalogue import OPERATIONS
from typer.core import TyperGroup

from fairlead_cli.commands import (
    actuals,
    compare,
    demo,
    derived,
    doctor,
    documents,
    evidence,
    exporting,
    goals,
    init,
    models,
    plugins,
    receipts,
    scoring,
    server,
    status,
)
from fairlead_cli.commands.words import EVIDENCE, MACHINERY, MODELS, PANELS, SERVING, START
from fairlead_cli.output import fail
from fairlead_cli.session import target

HELP = """The control plane for machine-learning models in production.

`fairlead demo` shows the whole job on real loans; `fairlead up` runs Fairlead here. Then, for example:

- `fairlead model list`
- `fairlead deployment get churn`
- `fairlead drift get churn --by day`
"""
EPILOG = """The server is found by --url, FAIRLEAD_URL, or what runs on this machine; the token by --token,
FAIRLEAD_TOKEN, or the local administrator's. On a terminal replies are tables, piped they are JSON; `--json` gives JSON
always. Exit codes: 0 done, 1 refused or failed (it says what to do), 2 wrong usage, 3 nothing runs (`status`)."""


class Ordered(TyperGroup):
    """The commands panel by panel, as a user meets them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of their panels, as declared within one."""
        panels = {name: getattr(each, "rich_help_panel", None) for name, each in self.commands.items()}
        return sorted(panels, key=lambda name: PANELS.index(panels[name]) if panels[name] in PANELS else len(PANELS))


app = typer.Typer(
    cls=Ordered,
    name="fairlead",
    help=HELP,
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


def _show_version(asked: bool) -> None:  # typer calls it so
    # Before the command is looked for: there need be none.
    if asked:
        typer.echo(f"fairlead {installed('fairlead-cli')}")
        raise typer.Exit


@app.callback()
def options(
    url: Annotated[str | None, typer.Option(help="The server's address.", envvar="FAIRLEAD_URL")] = None,
    token: Annotated[str | None, typer.Option(help="Your token.", envvar="FAIRLEAD_TOKEN")] = None,
    project: Annotated[str, typer.Option(help="The project.", envvar="FAIRLEAD_PROJECT")] = "default",
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, help="Show the version.", is_eager=True)
    ] = False,
) -> None:
    target.url, target.token, target.project = url, token, project


for command in (demo.demo, server.up, server.down, status.status, doctor.doctor, doctor.config, init.init):
    app.command(rich_help_panel=START)(command)
app.command(rich_help_panel=MODELS)(models.register)
groups = derived.add_to(app, OPERATIONS.values())
app.command(rich_help_panel=SERVING)(models.deploy)
app.command(rich_help_panel=SERVING)(scoring.score)
app.command(rich_help_panel=SERVING)(goals.goals)
app.command(rich_help_panel=SERVING)(compare.compare)
app.command(rich_help_panel=EVIDENCE)(evidence.trace)
app.add_typer(documents.app, name="contracts", rich_help_panel=MACHINERY)
app.add_typer(plugins.app, name="plugin", rich_help_panel=MACHINERY)
groups["audit"].command()(evidence.verify)
groups["audit"].command()(evidence.download)
receipts.add_to(groups)
groups["actuals"].command("import")(actuals.import_actuals)
groups["prediction"].command("export")(exporting.export)
groups["metric"].command("import")(goals.import_points)


def run() -> None:
    """Run the command; what Fairlead refuses ends in one clear message and exit code 1."""
    try:
        app()
    except FairleadError as error:
        fail(error)
