"""A metric over time: a line for each version and role, with the intervals that it could lie in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from fairlead_contracts.operations.monitor import AccuracyView

from fairlead_gateway.console.charts.axis import Axis, Tick, around

LEFT, RIGHT, TOP, BOTTOM = 52.0, 500.0, 14.0, 230.0
_DATES, _APART = 5, 5.0
_ROLES = ("champion", "canary", "challenger")
SERIES = 6
"""Colours that there are; more lines begin again with the first."""


@dataclass(frozen=True)
class Mark:
    """One period's value, its interval's ends, and where they stand."""

    start: datetime
    value: float
    low: float
    high: float
    x: float
    y: float
    low_y: float
    high_y: float


@dataclass(frozen=True)
class Line:
    """One version in one role."""

    name: str
    colour: int
    marks: tuple[Mark, ...]
    points: str


@dataclass(frozen=True)
class Lines:
    """Every line, and the axes."""

    lines: tuple[Line, ...]
    up: tuple[Tick, ...]
    across: tuple[Tick, ...]


def lines(items: Iterable[AccuracyView], metric: str) -> Lines | None:
    """The metric period by period; none where no period has it."""
    known = sorted((each for each in items if metric in each.metrics), key=lambda each: each.start)
    if not known:
        return None
    up = around([end for each in known for end in _ends(each, metric)], BOTTOM, TOP)
    starts = sorted({each.start for each in known})
    across = _places(starts)
    who = list(dict.fromkeys((each.role, each.model, each.version) for each in known))
    made = []
    ranked = sorted(who, key=lambda each: (_ROLES.index(each[0]) if each[0] in _ROLES else 9, each))
    for colour, (role, model, version) in enumerate(ranked):
        found = [each for each in known if (each.role, each.model, each.version) == (role, model, version)]
        beside = (colour - (len(ranked) - 1) / 2) * _APART
        marks = tuple(_mark(each, metric, round(across(each.start) + beside, 1), up) for each in found)
        points = " ".join(f"{each.x},{each.y}" for each in marks)
        made.append(Line(f"{role}, version {version}", colour % SERIES, marks, points))
    step = -(-len(starts) // _DATES)
    ticks = tuple(Tick(across(each), each.strftime("%Y-%m-%d")) for each in starts[::step])
    return Lines(tuple(made), up.ticks(), ticks)


def _places(starts: list[datetime]) -> Callable[[datetime], float]:
    if len(starts) == 1:
        return lambda _: (LEFT + RIGHT) / 2
    axis = Axis(starts[0].timestamp(), starts[-1].timestamp(), LEFT + 14, RIGHT - 14)
    return lambda moment: axis.at(moment.timestamp())


def _mark(item: AccuracyView, metric: str, x: float, up: Axis) -> Mark:
    low, high = _ends(item, metric)
    value = item.metrics[metric]
    return Mark(item.start, value, low, high, x, up.at(value), up.at(low), up.at(high))


def _ends(item: AccuracyView, metric: str) -> tuple[float, float]:
    value, interval = item.metrics[metric], item.intervals.get(metric)
    return (interval.low, interval.high) if interval else (value, value)
