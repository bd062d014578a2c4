"""What a drift detector provides, from plain counts and sums."""

from collections.abc import Sequence
from typing import Protocol

from fairlead_contracts.values import Message


class FeatureCounts(Message):
    """One feature in training and in scoring: counts on the same frozen bins, in the same order."""

    name: str
    kind: str
    labels: tuple[str, ...]
    training: tuple[int, ...]
    scoring: tuple[int, ...]


class Finding(Message):
    """What a detector says of a feature: the size of the effect and, where one exists, its p-value."""

    metric: str
    effect: float
    p_value: float | None = None


class Detector(Protocol):
    """One way to measure drift."""

    @property
    def name(self) -> str:
        """The metric's name, unique among the installed detectors."""
        ...

    def judge(self, features: Sequence[FeatureCounts]) -> dict[str, Finding]:
        """A finding for each feature by name; a feature that it cannot judge is left out."""
        ...
