"""Fairlead from the command line and from Python."""

from fairlead_cli.client import Client
from fairlead_cli.register import register

__all__ = ["Client", "main", "register"]


def main() -> None:
    """The `fairlead` command. Ctrl-C ends it without a traceback, from the first import on."""
    try:
        from fairlead_cli.app import run

        run()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
