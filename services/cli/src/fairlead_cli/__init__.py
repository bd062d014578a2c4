"""Fairlead from the command line and from Python."""

from fairlead_cli.client import Client
from fairlead_cli.register import register

__all__ = ["Client", "main", "register"]


def main() -> None:
    """The `fairlead` command."""
    from fairlead_cli.app import run

    run()
