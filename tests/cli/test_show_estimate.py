"""Estimates for people: the truth beside them, and what speaks against them."""

from datetime import UTC, datetime
from io import StringIO

from fairlead_cli.show import render
from fairlead_contracts.operations.monitor import Estimated, EstimateReport, EstimateView
from rich.console import Console

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


def said(*views: EstimateView) -> str:
    out = StringIO()
    render(Console(file=out, width=80), EstimateReport(items=views, level=0.95, assumption="It assumes."))
    return out.getvalue()


def view(role: str = "champion", doubts: tuple[str, ...] = (), **metrics: Estimated) -> EstimateView:
    return EstimateView(
        start=START, end=END, model="m", version=1, role=role, rows=90, labelled=80, reference=500, metrics=metrics,
        doubts=doubts,
    )  # fmt: skip


def test_estimate_interval_and_truth_stand_on_one_line() -> None:
    text = said(view(auc=Estimated(value=0.7, low=0.65, high=0.75, truth=0.71)))
    (line,) = [each for each in text.splitlines() if "2026-01" in each]
    assert line.split() == ["2026-01", "v1", "90", "80", "auc", "0.700", "0.650", "to", "0.750", "0.710", "yes"]
    assert "It assumes." in text


def test_what_is_not_to_be_trusted_is_said_with_the_reason() -> None:
    text = said(view(role="challenger", doubts=("only 60 rows",), mae=Estimated(value=1, low=0.5, high=2)))
    assert " no " in text
    assert "not to be trusted where only 60 rows" in text


def test_nothing_that_was_scored_is_said() -> None:
    assert "Nothing was scored" in said()
