"""What a report says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fairlead_drift.features import Feature
from fairlead_drift.metrics import Moments


@dataclass(frozen=True)
class BinCounts:
    """One bin: its label, the rows of training and of scoring in it."""

    label: str
    training: int
    scoring: int


@dataclass(frozen=True)
class Distances:
    """How far scoring is from training, each as its function in `metrics` has it.

    `psi`, `kl` in nats; `jensen_shannon` in base e; `ks` and `wasserstein`, in the feature's units, for numeric ones.
    """

    psi: float
    kl: float
    jensen_shannon: float
    jensen_shannon_base2: float
    hellinger: float
    intersection: float
    chi_square: float
    ks: float | None = None
    wasserstein: float | None = None


@dataclass(frozen=True)
class Rates:
    """Shares of the scored rows: missing, outside the training range (numeric), unknown to training (categorical)."""

    missing: float
    out_of_range: float
    new_levels: float


@dataclass(frozen=True)
class FeatureDrift:
    """One feature. `effect` is what the look's detector says, None where it says nothing of this feature; `metric` is
    what that measures. `p_value` is of the effect, or of the counts where the metric has none; `significant` is over
    all features and segments of the look.

    `smallest_psi`, `smallest_shift`: what this many rows would show about four times in five if this feature alone
    drifted. The shift is of the mean, in training's standard deviations, of values that take any number in their range;
    there is none for categorical features.
    `status`: `drifting` when the effect is at least the line and significant, else `passing`; `unknown` with too few
    rows, or when the detector says nothing of it.
    """

    feature: Feature = field(repr=False)
    distances: Distances
    rates: Rates
    metric: str
    effect: float | None
    p_value: float | None
    significant: bool
    status: str
    training: Moments | None
    scoring: Moments | None
    smallest_psi: float | None
    smallest_shift: float | None
    counts: tuple[int, ...] = field(repr=False)

    @property
    def kind(self) -> str:
        """`numeric` or `categorical`."""
        return self.feature.kind

    @property
    def importance(self) -> float | None:
        """How much the model leans on it, the strongest feature 1; None when nobody said."""
        return self.feature.importance

    @property
    def psi(self) -> float:
        """The population stability index."""
        return self.distances.psi

    @property
    def bins(self) -> tuple[BinCounts, ...]:
        """The counts of training and scoring, bin by bin."""
        labelled = zip(self.feature.labels, self.feature.counts, self.counts, strict=True)
        return tuple(BinCounts(label, training, scoring) for label, training, scoring in labelled)


@dataclass(frozen=True)
class DriftReport:
    """All features. `status`: `drifting` when an important one drifts, `at risk` when another does, else `passing`;
    `unknown` with too few rows. `level`: of the whole look. `smallest_shift`: the median over the numeric features."""

    rows: int
    status: str
    level: float
    smallest_shift: float | None
    features: Mapping[str, FeatureDrift]
    detector: str
    effect_line: float
