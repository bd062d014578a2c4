"""Where things stand in the charts: plain numbers for the templates."""

from dataclasses import dataclass

from fairlead_contracts.operations.monitor import DriftPeriod, DriftReport, FeatureReport

LEFT, RIGHT, TOP, BOTTOM = 60.0, 620.0, 20.0, 310.0
NAMED, WIDEST, ROW = 6, 440.0, 30


@dataclass(frozen=True)
class Point:
    """One feature in the scatter."""

    feature: str
    psi: float
    status: str
    x: float
    y: float
    named: bool


@dataclass(frozen=True)
class Scatter:
    """Points, and the two lines."""

    points: tuple[Point, ...]
    line_x: float
    line_y: float


@dataclass(frozen=True)
class Bar:
    """One bin's two bars."""

    label: str
    y: int
    training: float
    scoring: float


def scatter(report: DriftReport, period: DriftPeriod) -> Scatter:
    """Drift upwards, importance to the right; the scale ends a little above the highest feature."""
    highest = max([report.effect_line, *(each.psi for each in period.features)]) * 1.1
    ranked = sorted((each.psi for each in period.features), reverse=True)[:NAMED]

    def x(importance: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * min(importance, 1.0), 1)

    def y(psi: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * psi / highest, 1)

    points = tuple(
        Point(each.feature, each.psi, each.status, x(each.importance or 0.0), y(each.psi), each.psi in ranked)
        for each in period.features
    )
    return Scatter(points, x(report.importance_line), y(report.effect_line))


def bars(feature: FeatureReport) -> list[Bar]:
    """Shares of rows, each side over its own total."""
    training = sum(each.training for each in feature.bins) or 1
    scoring = sum(each.scoring for each in feature.bins) or 1
    top = max(max(each.training / training, each.scoring / scoring) for each in feature.bins) or 1.0
    return [
        Bar(each.label, place * ROW + 8, _width(each.training / training / top), _width(each.scoring / scoring / top))
        for place, each in enumerate(feature.bins)
    ]


def _width(share: float) -> float:
    return round(WIDEST * share, 1)
