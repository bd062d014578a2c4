"""The story of the demo: its state, and how a step tells what held."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from fairlead_cli.demo.install import Installation
from fairlead_cli.demo.loans import Loans
from fairlead_cli.demo.people import People
from fairlead_cli.demo.traffic import Scored

MODEL, DEPLOYMENT = "loans", "loans"


class StepError(Exception):
    """A step did not hold."""


@dataclass
class Story:
    """What the steps share."""

    console: Console
    installation: Installation
    people: People
    loans: Loans
    scored: Scored = field(default_factory=Scored)
    upgraded: Scored = field(default_factory=Scored)

    def hold(self, condition: bool, what: str) -> None:
        """Tell that something held. Raises: StepError when it did not."""
        if not condition:
            raise StepError(what)
        self.console.print(f"  [green]✓[/] {what}")

    @contextmanager
    def busy(self, what: str) -> Iterator[Callable[[str], None]]:
        """Show that something takes a while."""
        with self.console.status(f"  {what}") as status:
            yield lambda detail: status.update(f"  {what}: {detail}")


def until(asked: Callable[[], Any], good: Callable[[Any], bool], patience: float, what: str) -> Any:
    """Ask again until the answer is good. Raises: StepError when it is not in time."""
    deadline = time.monotonic() + patience
    while True:
        answer = asked()
        if good(answer):
            return answer
        if time.monotonic() > deadline:
            raise StepError(f"{what} did not come within {patience:.0f} s")
        time.sleep(0.2)
