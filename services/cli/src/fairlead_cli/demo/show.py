"""How results are shown: tables and a histogram in the terminal."""

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

WIDTH = 30


def drift_table(report: Any, features: int = 4) -> Table:
    """PSI of the features that drift most, month by month, under their importance; what drifts is red."""
    months = report.periods
    strongest = sorted(months[-1].features, key=lambda each: -max(_psi(m, each.feature) for m in months))[:features]
    table = Table(title="PSI against training", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("month", "rows", "status"):
        table.add_column(name, no_wrap=True)
    for each in strongest:
        table.add_column(f"{each.feature[:12]}\n[dim]imp. {each.importance or 0:.2f}[/]", no_wrap=True, justify="right")
    for month in months:
        cells = [_cell(next(f for f in month.features if f.feature == each.feature)) for each in strongest]
        table.add_row(f"{month.start:%b}", str(month.rows), month.status, *cells)
    return table


def _psi(month: Any, name: str) -> float:
    return float(next(each.psi for each in month.features if each.feature == name))


def _cell(feature: Any) -> str:
    text = f"{feature.psi:.2f}" + ("*" if feature.significant else " ")
    return f"[red]{text}[/]" if feature.status == "drifting" else text


def accuracy_table(report: Any) -> Table:
    """AUC and log loss of each version, month by month."""
    table = Table("month", "version", "role", "rows", "labelled", "AUC", "log loss", title="Accuracy")
    for each in report.items:
        auc, loss = each.metrics.get("auc", float("nan")), each.metrics.get("log_loss", float("nan"))
        table.add_row(
            f"{each.start:%Y-%m}", str(each.version), each.role, str(each.rows), str(each.labelled), f"{auc:.3f}",
            f"{loss:.3f}",
        )  # fmt: skip
    return table


def health_table(report: Any) -> Table:
    """Requests, rows, errors and latency, merged and by replica."""
    table = Table("", "requests", "rows", "4xx", "5xx", "p50 ms", "p95 ms", "p99 ms", title="Service health")
    for each in (report.merged, *report.replicas):
        times = [f"{(value or 0) / 1000:.1f}" for value in (each.p50, each.p95, each.p99)]
        counts = [str(value) for value in (each.requests, each.rows, each.client_errors, each.server_errors)]
        table.add_row(each.scope, *counts, *times)
    return table


def histogram(console: Console, feature: Any) -> None:
    """Training against scoring, bin by bin, as shares of their rows."""
    training = sum(each.training for each in feature.bins) or 1
    scoring = sum(each.scoring for each in feature.bins) or 1
    table = Table("bin", "training", "", "scoring", "", title=f"{feature.feature}: training against scoring")
    for each in feature.bins:
        a, b = each.training / training, each.scoring / scoring
        table.add_row(each.label, f"{a:.1%}", "[blue]" + _bar(a), f"{b:.1%}", "[green]" + _bar(b))
    console.print(table)


def _bar(share: float) -> str:
    return "█" * round(share * WIDTH * 2)
