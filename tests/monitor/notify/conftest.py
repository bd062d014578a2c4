"""The monitor that the tests of goals know, and a receiver of webhooks beside it."""

from collections.abc import Iterator

import pytest
from monitor.goals.conftest import access, monitor, world
from monitor.notify.receiver import Receiver, receiving

__all__ = ["access", "monitor", "world"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on this machine."""
    with receiving() as made:
        yield made
