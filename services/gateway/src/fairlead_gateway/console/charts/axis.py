"""One axis: from values to places on the page, and ticks at round values."""

import math
from collections.abc import Callable
from dataclasses import dataclass

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_CROWDED = 10.0


@dataclass(frozen=True)
class Tick:
    """A round value, and where it stands."""

    at: float
    label: str


@dataclass(frozen=True)
class Axis:
    """Values between `low` and `high` on pixels from `start` to `end`; `bend` spreads the small ones."""

    low: float
    high: float
    start: float
    end: float
    bend: bool = False

    def at(self, value: float) -> float:
        """Where a value stands; what is outside stands at the edge."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + (self.end - self.start) * (math.sqrt(share) if self.bend else share), 1)

    def ticks(self, most: int = 5, write: Callable[[float], str] = "{:g}".format) -> tuple[Tick, ...]:
        """Round values, at most about so many."""
        step = _step((self.high - self.low) / most)
        first = math.ceil(self.low / step - 1e-9)
        values = [round(step * place, 10) for place in range(first, int(self.high / step + 1e-9) + 1)]
        if self.bend:
            values = sorted({0.0, *(self.high * part for part in (0.01, 0.1, 0.3, 0.6, 1.0))})
            values = [float(f"{value:.1g}") for value in values]
        return tuple(Tick(self.at(value), write(value)) for value in values if value <= self.high)


def upwards(values: list[float], line: float, start: float, end: float) -> Axis:
    """An axis from 0 that holds all values and a line; bent where the line would otherwise lie on the floor."""
    high = max([*values, line]) * 1.1
    return Axis(0.0, high, start, end, bend=high > _CROWDED * line)


def around(values: list[float], start: float, end: float) -> Axis:
    """An axis that holds all values with some room, and never has no length."""
    low, high = min(values), max(values)
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return Axis(low - room, high + room, start, end)


def _step(least: float) -> float:
    size = 10.0 ** math.floor(math.log10(least))
    return next(size * factor for factor in _ROUND if size * factor >= least * (1 - 1e-9))
