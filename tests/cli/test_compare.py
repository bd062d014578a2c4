"""Two periods side by side, value by value."""

import pytest
from fairlead_cli.app import app
from fairlead_cli.commands.compare import compared
from typer.testing import CliRunner


def test_values_of_both_periods_stand_side_by_side_with_their_difference() -> None:
    first = [{"role": "champion", "version": 1, "metric": "auc", "value": 0.7, "low": 0.6, "high": 0.8}]
    second = [
        {"role": "champion", "version": 1, "metric": "auc", "value": 0.75, "low": 0.7, "high": None},
        {"role": "challenger", "version": 2, "metric": "auc", "value": 0.9, "low": 0.8, "high": 1.0},
    ]
    rows = {(row["role"], row["what"]): row for row in compared("accuracy", first, second)}
    assert rows["champion", "value"]["difference"] == pytest.approx(0.05)
    assert rows["champion", "high"]["difference"] is None
    assert (rows["challenger", "value"]["first"], rows["challenger", "value"]["second"]) == (None, 0.9)


def test_a_period_without_its_two_ends_is_wrong_usage() -> None:
    said = CliRunner().invoke(
        app,
        ["--url", "http://127.0.0.1:1", "--token", "x", "compare", "health", "d", "--first", "2026", "--second", "/"],
    )
    assert said.exit_code == 2
    assert "START/END" in said.output
