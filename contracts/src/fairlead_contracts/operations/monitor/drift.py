"""Drift of features against the training data."""

from pydantic import Field

from fairlead_contracts.operations import REPORT_PATIENCE, Kind, Operation
from fairlead_contracts.operations.monitor.period import DEPLOYMENT, ON, SERVICE, Grain, Period
from fairlead_contracts.values import Instant, Message

DETECTOR = Field(
    default=None,
    min_length=1,
    max_length=100,
    description="What verdicts go by; else as the deployment's settings say.",
)
BUDGET = Field(default=True, description="False: each period is judged alone at 5 %, whatever the settings say.")


class GetDrift(Period):
    """Show drift of every feature against the training data, period by period."""

    by: Grain = "month"
    detector: str | None = DETECTOR
    budget: bool = BUDGET


class FeatureDrift(Message):
    """One feature in one period. PSI in nats; `significant` after Benjamini-Hochberg over the features.

    `effect` is what the report's detector says, measured as `metric`; none where it says nothing of this feature.
    `smallest_psi` and `smallest_shift`, of the mean in training's standard deviations, are what this many rows would
    have shown about four times in five.
    """

    feature: str
    kind: str
    importance: float | None
    psi: float
    p_value: float | None
    significant: bool
    jensen_shannon: float
    ks: float | None
    missing: float
    status: str
    metric: str = "psi"
    effect: float | None = None
    smallest_psi: float | None = None
    smallest_shift: float | None = None


class DriftPeriod(Message):
    """Drift in one period of event time.

    `level`: the chance that a look raises any alarm though nothing drifts. `watched_from`: where the deployment is
    watched, `rows` are all since then, and features are judged by all of them together.
    """

    start: Instant
    end: Instant
    version: int
    rows: int
    status: str
    smallest_shift: float | None
    features: tuple[FeatureDrift, ...]
    level: float = 0.05
    watched_from: Instant | None = None


class DriftReport(Message):
    """Drift by period, with the lines that status goes by, and the alarm budget where there is one."""

    effect_line: float
    importance_line: float
    detector: str = "psi"
    false_pages: float | None = None
    in_days: float | None = None
    periods: tuple[DriftPeriod, ...]


class GetFeature(Period):
    """Show one feature: the share of each bin in training and in scoring."""

    feature: str = Field(min_length=1, max_length=250)
    detector: str | None = DETECTOR
    budget: bool = BUDGET


class Bin(Message):
    """One bin: its label, and the rows of training and of scoring that fell in it."""

    label: str
    training: int
    scoring: int


class FeatureReport(Message):
    """One feature, training against scoring."""

    feature: str
    kind: str
    importance: float | None
    rows: int
    drift: FeatureDrift | None
    bins: tuple[Bin, ...]


GET_DRIFT = Operation(
    "get_drift", "drift:get", SERVICE, Kind.READ, GetDrift, DriftReport,
    "GET", DEPLOYMENT + "/drift", ON, patience=REPORT_PATIENCE,
)  # fmt: skip
GET_FEATURE = Operation(
    "get_feature", "feature:get", SERVICE, Kind.READ, GetFeature, FeatureReport,
    "GET", DEPLOYMENT + "/features/{feature}", ON, patience=REPORT_PATIENCE,
)  # fmt: skip
