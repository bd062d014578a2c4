"""A detector made of functions over all features at once: an effect, and a p-value where the metric has one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from fairlead_contracts.detectors import FeatureCounts, Finding

from fairlead_drift.features import Array
from fairlead_drift.pairs import Pairs

Features = Sequence[FeatureCounts]
Effect = Callable[[Pairs, Features], Array]
PValue = Callable[[Pairs, Features, Array], Array]


@dataclass(frozen=True)
class Measured:
    """One metric as a detector. `kinds`: the features that it can judge; a NaN effect is none."""

    name: str
    line: float
    effect: Effect
    p_value: PValue | None = None
    kinds: tuple[str, ...] = ("numeric", "categorical")

    def judge(self, features: Features) -> dict[str, Finding]:
        """A finding for each feature of its kinds that has rows on both sides."""
        judged = [each for each in features if each.kind in self.kinds]
        if not judged:
            return {}
        pairs = pairs_of(judged)
        effects = self.effect(pairs, judged)
        tests = self.p_value(pairs, judged, effects) if self.p_value else np.full(effects.shape, np.nan)
        return {
            each.name: Finding(metric=self.name, effect=effect, p_value=None if p_value != p_value else p_value)
            for each, effect, p_value, there in zip(
                judged, effects.tolist(), tests.tolist(), pairs.both.tolist(), strict=True
            )
            if there and effect == effect
        }


def pairs_of(features: Features) -> Pairs:
    """The features' counts side by side."""
    sizes = [len(each.labels) for each in features]
    training, scoring = (
        np.fromiter(chain.from_iterable(getattr(each, side) for each in features), dtype=np.int64, count=sum(sizes))
        for side in ("training", "scoring")
    )
    return Pairs(training, scoring, np.cumsum([0, *sizes[:-1]]))


def one_bin(pairs: Pairs, from_the_end: int) -> Array:
    """The bin that is so many before each feature's end, (t,) bool."""
    bins = np.zeros(pairs.training.size, dtype=bool)
    bins[pairs.starts + pairs.sizes - from_the_end] = True
    return bins
