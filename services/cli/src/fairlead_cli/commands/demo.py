"""`fairlead demo`: the main job, end to end, on real loans."""

from pathlib import Path
from typing import Annotated

import typer

from fairlead_cli.output import console


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything running at the end.")] = False,
    home: Annotated[Path | None, typer.Option(help="A new data directory; none: a temporary one.")] = None,
    port: Annotated[int, typer.Option(help="The HTTP port; 0 takes any free one.")] = 0,
) -> None:
    """Register, approve, deploy, score, watch drift, upgrade, trace an answer and verify the audit, on real loans.

    Example: `fairlead demo --keep`
    """
    try:
        from fairlead_cli.demo.run import run
    except ImportError as error:
        raise typer.BadParameter(f"the demo needs more: pip install 'fairlead-cli[demo,local]' ({error})") from None
    raise typer.Exit(run(console, home.absolute() if home else None, port, keep=keep))
