"""Reports on a deployment: health, drift, one feature."""

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape

from fairlead_cli.show.plain import table
from fairlead_cli.show.times import when

MARKS = {"passing": "·", "at risk": "▲", "drifting": "●", "unknown": "?"}
STYLES = {"passing": "green", "at risk": "yellow", "drifting": "red", "unknown": "dim"}
LEGEND = "· passing  ▲ at risk  ● drifting  ? not judged: too few rows, or not by this detector"
_BAR, _FEATURES, _PERIODS, _STRIP, _NAME, _WIDE, _WIDEST = 22, 30, 24, 14, 20, 100, 116
_NAMES = {"psi": "PSI, in nats"}


def health(console: Console, report: Any) -> None:
    """Requests, rows, errors and latency, merged and by replica."""
    columns = ("requests", "rows", "4xx", "5xx", "p50 ms", "p95 ms", "p99 ms")
    made = table("replica", *columns, title="Service health", numbers=columns)
    for each in (report.merged, *report.replicas):
        counts = (each.requests, each.rows, each.client_errors, each.server_errors)
        times = (f"{value / 1000:.1f}" if value is not None else "" for value in (each.p50, each.p95, each.p99))
        made.add_row(each.scope, *map(str, counts), *times)
    console.print(made)


def drift(console: Console, report: Any) -> None:
    """Every feature, the most important first: its status period by period, and its strongest drift."""
    if not report.periods:
        console.print("[dim]Nothing was scored in this time.[/]")
        return
    shown = report.periods[-_PERIODS:]
    _drift_periods(console, shown)
    judged = [each for each in shown if each.status != "unknown"] or shown
    shown = [each for each in judged if each.version == judged[-1].version][-_STRIP:]
    measure = _NAMES.get(report.detector, report.detector)
    _drift_features(console, shown, measure)
    lines = (
        LEGEND, f"{measure}; * significant (Benjamini-Hochberg over the features).", *_budget(report),
        f"A feature drifts when that is {report.effect_line:g} or more and significant;",
        f"a period drifts when a feature of importance {report.importance_line:g} or more does.",
        "could show: the smallest shift of the mean (in standard deviations of training), or the smallest PSI,",
        "that this many rows show four times in five.",
    )  # fmt: skip
    console.print("\n".join(lines), style="dim", highlight=False)


def _budget(report: Any) -> list[str]:
    newest = report.periods[-1]
    said = [f"A look raises any alarm by chance at most {newest.level:.2g} of the time"]
    if report.false_pages is not None:
        said[0] += f": budget {report.false_pages:g} false {'page' if report.false_pages == 1 else 'pages'}"
        said[0] += f" in {report.in_days:.4g} days"
    said[0] += "."
    if newest.watched_from is not None:
        said.append(
            f"Watched from {newest.watched_from:%Y-%m-%d %H:%M}: each period with all rows since, looks are free."
        )
    return said


def _drift_periods(console: Console, periods: Sequence[Any]) -> None:
    columns = ("period (UTC)", "version", "rows", "status", "drifting, the most important first")
    made = table(*columns, title="Drift by period", numbers=("version", "rows"))
    for each in periods:
        over = sorted((f for f in each.features if f.status == "drifting"), key=lambda f: -(f.importance or 0.0))
        named = _within(console.width - 46, [f.feature for f in over])
        made.add_row(when(each.start, each.end), str(each.version), str(each.rows), _status(each.status), named)
    console.print(made)


def _within(width: int, names: Sequence[str]) -> str:
    shown = list(names)
    while len(shown) > 1 and len(", ".join(shown)) > width - 4:
        shown.pop()
    left = len(names) - len(shown)
    return escape(", ".join(shown)) + (f" +{left}" if left else "")


def _drift_features(console: Console, periods: Sequence[Any], measure: str) -> None:
    by_name: dict[str, list[Any]] = {}
    for period in periods:
        for each in period.features:
            by_name.setdefault(each.feature, []).append(each)
    ranked = sorted(by_name.items(), key=lambda item: (-(item[1][-1].importance or 0.0), item[0]))
    wide = console.width >= _WIDE
    first, newest = when(periods[0].start, periods[0].end), when(periods[-1].start, periods[-1].end)
    title = f"{escape(measure)} by feature, version {periods[-1].version}, {first} to {newest}"
    widest = console.width >= _WIDEST
    named = (("p of newest", "could show") if wide else ()) + (("missing",) if widest else ())
    numbers = ("importance", "highest", "newest", *named)
    made = table("feature", "importance", "by period", *numbers[1:], "status", title=title, numbers=numbers)
    for name, found in ranked[:_FEATURES]:
        last, highest = found[-1], max(found, key=lambda each: _effect(each) or 0.0)
        importance = "" if last.importance is None else f"{last.importance:.2f}"
        p_value = "" if last.p_value is None else f"{last.p_value:.1g}"
        more = ((p_value, _smallest(last)) if wide else ()) + ((f"{last.missing:.1%}",) if widest else ())
        made.add_row(_cut(name), importance, _strip(found), _psi(highest), _psi(last), *more, _status(last.status))
    console.print(made)
    if len(ranked) > _FEATURES:
        console.print(f"[dim]{len(ranked) - _FEATURES} features of less importance are left out; --json has all.[/]")


def _strip(found: Iterable[Any]) -> str:
    return "".join(f"[{STYLES.get(each.status, 'dim')}]{MARKS.get(each.status, '?')}[/]" for each in found)


def _cut(name: str) -> str:
    return escape(name if len(name) <= _NAME else name[: _NAME - 1] + "…")


def feature(console: Console, report: Any) -> None:
    """Training against scoring, bin by bin, as shares of their rows."""
    training, scoring = (sum(getattr(each, side) for each in report.bins) or 1 for side in ("training", "scoring"))
    title = f"{escape(report.feature)}: {training} rows of training, {scoring} of scoring"
    made = table("bin", "training", "", "scoring", "", title=title, numbers=("training", "scoring"))
    for each in report.bins:
        a, b = each.training / training, each.scoring / scoring
        made.add_row(escape(each.label), f"{a:.1%}", f"[blue]{_bar(a)}[/]", f"{b:.1%}", f"[magenta]{_bar(b)}[/]")
    console.print(made)
    if report.drift is not None:
        console.print(f"PSI {report.drift.psi:.3f}, {_status(report.drift.status)}", highlight=False)


def _effect(each: Any) -> float | None:
    return each.effect if each.effect is not None else each.psi if each.metric == "psi" else None


def _psi(each: Any) -> str:
    effect = _effect(each)
    return "" if effect is None else f"{effect:.3f}" + ("*" if each.significant else " ")


def _smallest(each: Any) -> str:
    """The smallest shift that the rows would have shown, or the smallest index where no mean can shift."""
    if each.smallest_shift is not None:
        return f"{each.smallest_shift:.2f} sd"
    return "" if each.smallest_psi is None else f"PSI {each.smallest_psi:.2f}"


def _status(status: str) -> str:
    return f"[{STYLES.get(status, 'dim')}]{MARKS.get(status, '?')} {status}[/]"


def _bar(share: float) -> str:
    return "█" * round(share * _BAR * 2)
