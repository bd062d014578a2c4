"""Accuracy for people: each metric period by period, and a plot of the first one with its intervals."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console

from fairlead_cli.show.plain import table
from fairlead_cli.show.times import when

_ABREAST, _PLOT, _METRICS_SHOWN = 4, 30, 2
_ROLES = ("champion", "canary", "challenger")
_METRICS = {"auc": "AUC", "log_loss": "log loss", "mae": "MAE", "rmse": "RMSE", "mape": "MAPE", "r2": "R2"}
_STYLES = {"champion": "cyan", "challenger": "magenta"}


def accuracy(console: Console, report: Any) -> None:
    """Each metric period by period, a column for each version that served, then a plot of the first metric."""
    if not report.items:
        console.print("[dim]No prediction of this time has its actual yet: `fairlead actuals import` brings them.[/]")
        return
    names = list(dict.fromkeys(name for each in report.items for name in each.metrics))
    metrics = names[:_METRICS_SHOWN]
    who = sorted({(each.role, each.version) for each in report.items}, key=_rank)
    if len(who) * len(metrics) > _ABREAST:
        _by_version(console, report.items, metrics)
    else:
        _abreast(console, report.items, metrics, who)
    if metrics:
        _plot(console, report, metrics[0])
        _more(console, report, names)


def _abreast(console: Console, items: Iterable[Any], metrics: Sequence[str], who: Sequence[tuple[str, int]]) -> None:
    columns = [f"{_named(metric)}\n{role}\nv{version}" for metric in metrics for role, version in who]
    made = table("period (UTC)", "labelled", *columns, title="Accuracy", numbers=("labelled", *columns))
    for (start, end), found in _by_period(items):
        of = {(each.role, each.version): each for each in found}
        cells = [_metric(of.get(each), metric) for metric in metrics for each in who]
        made.add_row(when(start, end), str(max(each.labelled for each in found)), *cells)
    console.print(made)


def _by_version(console: Console, items: Iterable[Any], metrics: Sequence[str]) -> None:
    numbers = ("version", "rows", "labelled", *map(_named, metrics))
    made = table("period (UTC)", "role", *numbers, title="Accuracy", numbers=numbers)
    for each in sorted(items, key=lambda item: (item.start, _rank((item.role, item.version)))):
        counts = (str(each.version), str(each.rows), str(each.labelled))
        made.add_row(when(each.start, each.end), each.role, *counts, *(_metric(each, name) for name in metrics))
    console.print(made)


def _plot(console: Console, report: Any, metric: str) -> None:
    items = [each for each in report.items if metric in each.metrics]
    ends = [end for each in items for end in _ends(each, metric)]
    low, high = min(ends), max(ends)
    if high <= low:
        return
    console.print(
        f"[bold]{_named(metric)}[/], with {report.level:.0%} intervals: {low:.3f} to {high:.3f}", highlight=False
    )
    for each in sorted(items, key=lambda item: (item.start, _rank((item.role, item.version)))):
        first, last = (round((end - low) / (high - low) * (_PLOT - 1)) for end in _ends(each, metric))
        at = round((each.metrics[metric] - low) / (high - low) * (_PLOT - 1))
        bar = "".join("●" if place == at else "─" if first <= place <= last else " " for place in range(_PLOT))
        told = f"{each.metrics[metric]:.3f} {each.role} v{each.version}, n {each.labelled}"
        style = _STYLES.get(each.role, "white")
        console.print(f"{when(each.start, each.end):>16} [{style}]│{bar}│[/] {told}", highlight=False)


def _more(console: Console, report: Any, names: Sequence[str]) -> None:
    told = [f"{_named(name)}: {report.sources[name]}" for name in names[:_METRICS_SHOWN] if name in report.sources]
    rest = ", ".join(map(_named, names[_METRICS_SHOWN:]))
    lines = [*told, *([f"also {rest}, with confusion and calibration: --json, --csv"] if rest else [])]
    console.print("\n".join(lines), style="dim", highlight=False)


def _ends(item: Any, metric: str) -> tuple[float, float]:
    interval = item.intervals.get(metric)
    value = item.metrics[metric]
    return (interval.low, interval.high) if interval else (value, value)


def _named(metric: str) -> str:
    return _METRICS.get(metric, metric.replace("_", " "))


def _rank(who: tuple[str, int]) -> tuple[int, int]:
    role, version = who
    return (_ROLES.index(role) if role in _ROLES else len(_ROLES), version)


def _by_period(items: Iterable[Any]) -> list[tuple[tuple[datetime, datetime], list[Any]]]:
    periods: dict[tuple[datetime, datetime], list[Any]] = {}
    for each in items:
        periods.setdefault((each.start, each.end), []).append(each)
    return sorted(periods.items())


def _metric(item: Any, name: str) -> str:
    value = None if item is None else item.metrics.get(name)
    return "" if value is None else f"{value:.3f}"
