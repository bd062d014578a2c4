"""How a look is judged."""

from dataclasses import dataclass
from typing import Any

from fairlead_contracts.detectors import Detector

from fairlead_drift.alarms import Blocks
from fairlead_drift.detectors import DEFAULT
from fairlead_drift.detectors import detector as detector_of

EFFECT_LINE, IMPORTANCE_LINE, LEVEL = 0.15, 0.5, 0.05
ROWS_NEEDED = 100


@dataclass(frozen=True)
class Look:
    """How a look is judged.

    `effect_line`: the effect that matters; None is the detector's own. `level`: of the whole look; `Budget.level` gives
    one. `blocks`: how rows hang together in time. `anytime`: the profile holds all rows since a watch began, and is
    looked at as often as one likes. `detector`: what the verdict goes by; None is the population stability index.
    """

    effect_line: float | None = None
    level: float = LEVEL
    blocks: Blocks | None = None
    anytime: bool = False
    detector: Detector | None = None

    @classmethod
    def by(cls, detector: str, **more: Any) -> "Look":
        """A look that goes by the detector of this name. Raises: DetectorError when there is none."""
        return cls(detector=None if detector == DEFAULT else detector_of(detector), **more)

    @property
    def name(self) -> str:
        """The detector's name."""
        return DEFAULT if self.detector is None else self.detector.name

    @property
    def line(self) -> float:
        """The effect that matters."""
        if self.effect_line is not None:
            return self.effect_line
        return EFFECT_LINE if self.detector is None else self.detector.line
