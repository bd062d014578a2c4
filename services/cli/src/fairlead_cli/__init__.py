"""Fairlead from the command line and from Python."""

from fairlead_cli.client import Client

__all__ = ["Client", "main"]


def main() -> None:
    """The `fairlead` command."""
    from fairlead_cli.app import run

    run()
