"""Each feature's drift against its importance."""

from dataclasses import dataclass, replace

from fairlead_contracts.operations.monitor import DriftPeriod, DriftReport

from fairlead_gateway.console.charts.axis import Axis, Tick, upwards

LEFT, RIGHT, TOP, BOTTOM = 52.0, 512.0, 14.0, 296.0
_NAMED, _LONGEST = 8, 24
_LETTER, _LINE, _RADIUS, _BESIDE = 7.4, 12.0, 6.0, 8.0
_ORDER = {"drifting": 0, "at risk": 1}


@dataclass(frozen=True)
class Point:
    """One feature; its name stands at `name_x`, `name_y` where there is room for it."""

    feature: str
    psi: float
    importance: float
    status: str
    x: float
    y: float
    name: str = ""
    name_x: float = 0.0
    anchor: str = "start"


@dataclass(frozen=True)
class Scatter:
    """Points, the two lines that the verdicts go by, and the axes."""

    points: tuple[Point, ...]
    line_x: float
    line_y: float
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    bent: bool


def scatter(report: DriftReport, period: DriftPeriod) -> Scatter:
    """Drift upwards, importance to the right; the features that matter most are named."""
    across = Axis(0.0, max([1.0, *(each.importance or 0.0 for each in period.features)]), LEFT, RIGHT)
    up = upwards([each.psi for each in period.features], report.effect_line, BOTTOM, TOP)
    points = [
        Point(each.feature, each.psi, each.importance or 0.0, each.status,
              across.at(each.importance or 0.0), up.at(each.psi))
        for each in period.features
    ]  # fmt: skip
    points.sort(key=lambda each: (_ORDER.get(each.status, 2), -each.psi * (0.1 + each.importance)))
    return Scatter(
        _named(points), across.at(report.importance_line), up.at(report.effect_line), across.ticks(), up.ticks(),
        up.bend,
    )  # fmt: skip


def _named(points: list[Point]) -> tuple[Point, ...]:
    # Names go beside their point where they cover neither a name, nor a point, nor the edge; the others have a title.
    taken = [(each.x - _RADIUS, each.x + _RADIUS, each.y) for each in points]
    found: list[Point] = []
    for point in points:
        name = point.feature if len(point.feature) <= _LONGEST else point.feature[: _LONGEST - 1] + "…"
        place = _room(point, len(name) * _LETTER, taken) if sum(bool(each.name) for each in found) < _NAMED else None
        if place is None:
            found.append(point)
            continue
        start, end, anchor = place
        taken.append((start, end, point.y))
        found.append(replace(point, name=name, name_x=start if anchor == "start" else end, anchor=anchor))
    return tuple(found)


def _room(point: Point, width: float, taken: list[tuple[float, float, float]]) -> tuple[float, float, str] | None:
    right, left = point.x + _BESIDE, point.x - _BESIDE
    for start, end, anchor in ((right, right + width, "start"), (left - width, left, "end")):
        inside = start >= LEFT and end <= RIGHT
        if inside and all(abs(y - point.y) >= _LINE or end < low or start > high for low, high, y in taken):
            return start, end, anchor
    return None
