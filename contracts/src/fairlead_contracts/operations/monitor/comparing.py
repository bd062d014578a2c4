"""Two periods, two kinds of rows, and the replicas of one version, held against each other; and the data's quality."""

from pydantic import Field

from fairlead_contracts.operations import REPORT_PATIENCE, Kind, Operation
from fairlead_contracts.operations.monitor.drift import DriftPeriod, DriftReport, FeatureDrift
from fairlead_contracts.operations.monitor.period import DEPLOYMENT, ON, SERVICE, Grain, Period
from fairlead_contracts.values import Instant, Message

_EARLIER = "Compared with what was scored from here on."
_LATER = "Compared with what was scored up to here, itself not included."


class CompareDrift(Period):
    """Show drift of one period against another one, instead of against the training data."""

    against_start: Instant = Field(description=_EARLIER)
    against_end: Instant = Field(description=_LATER)


class GetPredictionDrift(Period):
    """Show drift of what the model answers, period by period, against an earlier period or the version's first rows."""

    by: Grain = "month"
    against_start: Instant | None = Field(default=None, description=_EARLIER)
    against_end: Instant | None = Field(default=None, description=_LATER)


class PredictionReference(Message):
    """What a version's predictions are compared with."""

    version: int
    start: Instant
    end: Instant
    rows: int


class PredictionDriftReport(Message):
    """Drift of the outputs; in each period they stand where a drift report has its features."""

    effect_line: float
    references: tuple[PredictionReference, ...]
    periods: tuple[DriftPeriod, ...]


class GetQuality(Period):
    """Show data quality of every feature, period by period: missing, out of the training range, unknown levels."""

    by: Grain = "month"


class FeatureQuality(Message):
    """Shares of the rows. `training_missing`: the share that training lacked; `p_value`: of more missing than that.

    `status`: `failing` when a point or more is missing than in training, and significantly (Benjamini-Hochberg over the
    features); `at risk` when a hundredth or more lies outside of the training range or has an unknown level.
    """

    feature: str
    kind: str
    importance: float | None
    missing: float
    training_missing: float
    p_value: float
    out_of_range: float
    new_levels: float
    status: str


class QualityPeriod(Message):
    """One version in one period of event time."""

    start: Instant
    end: Instant
    version: int
    rows: int
    status: str
    features: tuple[FeatureQuality, ...]


class QualityReport(Message):
    """Data quality by period."""

    periods: tuple[QualityPeriod, ...]


class GetDivergence(Period):
    """Show replicas whose rows differ from those of the other replicas of their version."""


class ReplicaDivergence(Message):
    """One replica against all others of its version. `features`: those that differ; `status` as in a drift report."""

    version: int
    replica: str
    rows: int
    others: int
    status: str
    features: tuple[FeatureDrift, ...]


class DivergenceReport(Message):
    """Replicas by version. `level`: the chance that any differs although all see the same."""

    level: float
    effect_line: float
    items: tuple[ReplicaDivergence, ...]


COMPARE_DRIFT = Operation(
    "compare_drift", "drift:compare", SERVICE, Kind.READ, CompareDrift, DriftReport,
    "GET", DEPLOYMENT + "/drift/compare", ON, patience=REPORT_PATIENCE,
)  # fmt: skip
GET_PREDICTION_DRIFT = Operation(
    "get_prediction_drift", "prediction:get", SERVICE, Kind.READ, GetPredictionDrift, PredictionDriftReport,
    "GET", DEPLOYMENT + "/predictions/drift", ON, patience=REPORT_PATIENCE,
)  # fmt: skip
GET_QUALITY = Operation(
    "get_quality", "quality:get", SERVICE, Kind.READ, GetQuality, QualityReport,
    "GET", DEPLOYMENT + "/quality", ON, patience=REPORT_PATIENCE,
)  # fmt: skip
GET_DIVERGENCE = Operation(
    "get_divergence", "divergence:get", SERVICE, Kind.READ, GetDivergence, DivergenceReport,
    "GET", DEPLOYMENT + "/divergence", ON, patience=REPORT_PATIENCE,
)  # fmt: skip
