"""The client of this command, made from the options before the command's name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fairlead_cli.client import Client


@dataclass
class Target:
    """Which server, as whom, in which project."""

    url: str | None = None
    token: str | None = None
    project: str = "default"


target = Target()


@contextmanager
def session() -> Iterator[Client]:
    """A client of the chosen server, closed at the end."""
    with Client(target.url, target.token, project=target.project) as client:
        yield client
