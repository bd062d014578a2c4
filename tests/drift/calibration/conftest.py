"""The table of measured rates, printed after the full grid."""

import pytest
from drift.calibration.cells import FULL

_ROWS = pytest.StashKey[list[str]]()


@pytest.fixture
def table(request: pytest.FixtureRequest) -> list[str]:
    """Rows of a table that is shown at the end of a full run."""
    return request.config.stash.setdefault(_ROWS, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show the table."""
    for row in config.stash.get(_ROWS, []) if FULL else []:
        terminalreporter.write_line(row)
