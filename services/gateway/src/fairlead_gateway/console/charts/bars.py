"""Shares side by side: a feature's bins in training and in scoring, and what matters to a version."""

from collections.abc import Mapping
from dataclasses import dataclass

from fairlead_contracts.operations.monitor import FeatureReport

from fairlead_gateway.console.charts.axis import Axis, Tick

LEFT, RIGHT, TOP, ROW = 150.0, 500.0, 8, 28
_LONGEST = 22


@dataclass(frozen=True)
class Bar:
    """One bin's two bars: shares of their own totals, and how long that is here."""

    label: str
    y: int
    training: float
    scoring: float
    training_share: float
    scoring_share: float


@dataclass(frozen=True)
class Bars:
    """The bins that hold any row, and the axis of shares."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    height: int
    hidden: int


def bars(feature: FeatureReport) -> Bars:
    """Each side over its own total; bins that are empty on both are left out."""
    training = sum(each.training for each in feature.bins) or 1
    scoring = sum(each.scoring for each in feature.bins) or 1
    held = [each for each in feature.bins if each.training or each.scoring]
    highest = max([0.01, *(max(each.training / training, each.scoring / scoring) for each in held)])
    axis = Axis(0.0, highest * 1.02, LEFT, RIGHT)
    made = tuple(
        Bar(cut(each.label), TOP + place * ROW, round(axis.at(each.training / training) - LEFT, 1),
            round(axis.at(each.scoring / scoring) - LEFT, 1), each.training / training, each.scoring / scoring)
        for place, each in enumerate(held)
    )  # fmt: skip
    ticks = axis.ticks(write=lambda value: f"{100 * value:g} %")
    return Bars(made, ticks, TOP + ROW * len(held), len(feature.bins) - len(held))


def cut(label: str) -> str:
    """A label that fits beside a bar."""
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"


@dataclass(frozen=True)
class Weight:
    """A feature's importance as a bar."""

    feature: str
    value: float
    y: int
    width: float


def weights(importance: Mapping[str, float], most: int = 15) -> tuple[Weight, ...]:
    """The most important features first."""
    ranked = sorted(importance.items(), key=lambda each: -each[1])[:most]
    axis = Axis(0.0, max([1e-12, *(value for _, value in ranked)]), LEFT, RIGHT - 40)
    return tuple(
        Weight(cut(name), value, TOP + place * 20, round(axis.at(value) - LEFT, 1))
        for place, (name, value) in enumerate(ranked)
    )
