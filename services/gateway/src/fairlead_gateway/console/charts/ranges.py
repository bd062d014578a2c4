"""Latency of each replica: from the median to the slowest hundredth."""

from collections.abc import Sequence
from dataclasses import dataclass

from fairlead_contracts.operations.monitor import HealthView

from fairlead_gateway.console.charts.axis import Axis, Tick
from fairlead_gateway.console.charts.bars import LEFT, RIGHT, cut

_ROW, _TOP, _SHOWN = 24, 16, 20


@dataclass(frozen=True)
class Range:
    """One replica's p50, p95 and p99, and where they stand."""

    scope: str
    y: int
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Ranges:
    """The first replicas, and the axis in milliseconds."""

    ranges: tuple[Range, ...]
    ticks: tuple[Tick, ...]
    height: int


def ranges(views: Sequence[HealthView]) -> Ranges | None:
    """Those that answered anything; none where none did."""
    known = [
        (each.scope, each.p50, each.p95, each.p99)
        for each in views
        if each.p50 is not None and each.p95 is not None and each.p99 is not None
    ][:_SHOWN]
    if not known:
        return None
    axis = Axis(0.0, max(p99 for *_, p99 in known) * 1.05 / 1000 or 1.0, LEFT, RIGHT)
    made = tuple(
        Range(cut(scope), _TOP + place * _ROW, axis.at(p50 / 1000), axis.at(p95 / 1000), axis.at(p99 / 1000))
        for place, (scope, p50, p95, p99) in enumerate(known)
    )
    return Ranges(made, axis.ticks(write=lambda value: f"{value:g} ms"), _TOP + _ROW * len(known))
