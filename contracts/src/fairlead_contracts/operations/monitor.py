"""What is known of a deployment in production: health, coverage, drift, accuracy; and the actuals that arrive."""

from typing import Literal

from pydantic import Field

from fairlead_contracts.facts.telemetry import ActualsImported
from fairlead_contracts.names import Name, Number
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.values import Instant, Message

SERVICE = "monitor"
Grain = Literal["hour", "day", "week", "month", "all"]
Label = float | int | bool | str
Reason = Literal[
    "unreadable", "another-replica", "unknown-replica", "another-deployment", "another-baseline", "damaged", "failed"
]
"""Why a message of telemetry was not counted: it has not the form of this version; a replica spoke for another; no such
replica was certified; it is about another deployment or version; its bins are not the version's; counts that cannot be;
it was sound and could not be added."""


class Actual(Message):
    """The ground truth of one predicted row: `id` is the prediction's, `row` its row (from 0)."""

    id: str = Field(min_length=1, max_length=200)
    row: int = Field(default=0, ge=0, lt=2**31)
    value: Label
    time: Instant | None = None


class RecordActuals(Message):
    """Record a few actuals as they become known; the last one of a row counts."""

    project: Name
    deployment: Name
    actuals: tuple[Actual, ...] = Field(min_length=1, max_length=1_000)


class ActualsRecorded(Message):
    """How many actuals were taken in."""

    rows: int


class ImportActuals(Message):
    """Import actuals in bulk; the ledger keeps their count and digest."""

    project: Name
    deployment: Name
    actuals: tuple[Actual, ...] = Field(min_length=1, max_length=20_000)


class _Period(Message):
    project: Name
    deployment: Name
    start: Instant | None = None
    end: Instant | None = None
    version: Number | None = None


class GetHealth(_Period):
    """Show service health: requests, rows, errors and latency, for each replica and merged."""

    slow_ms: float | None = Field(default=None, gt=0, le=86_400_000, description="Count requests slower than this.")


class HealthView(Message):
    """Health of one replica, one version, or all of them merged. Latency in microseconds."""

    scope: str
    requests: int
    rows: int
    client_errors: int
    server_errors: int
    p50: int | None
    p95: int | None
    p99: int | None
    slow: int | None = None
    """Requests that took longer than `slow_ms`, within 1 % of it; where asked for."""


class HealthReport(Message):
    """Service health by receipt time."""

    merged: HealthView
    versions: tuple[HealthView, ...]
    replicas: tuple[HealthView, ...]


class GetCoverage(_Period):
    """Show rows served, counted and labelled, and name any gap."""


class Gap(Message):
    """Telemetry that is missing: sequence numbers of one kind from one start of a replica, both ends included."""

    kind: str
    replica: str
    epoch: str
    first: int
    last: int


class RefusedTelemetry(Message):
    """Messages under a replica's name that were not counted; dead letters keep them for four weeks."""

    replica: str
    kind: str
    reason: Reason
    messages: int


class Clock(Message):
    """A replica whose clock was ahead: by how many minutes at most. Its rows count under the minute they came in."""

    replica: str
    epoch: str
    ahead: int


class Shared(Message):
    """Two starts of one replica that sent at the same time: two processes under one name. Both are counted."""

    replica: str
    epochs: tuple[str, str]


class CoverageReport(Message):
    """Rows served by replicas, counted in profiles, kept as predictions, and labelled by actuals.

    `reused`: rows that were predicted more than once under one id; the earliest counts. `starts`: processes that sent.
    """

    served: int
    counted: int
    predictions: int
    labelled: int
    unmatched_actuals: int
    gaps: tuple[Gap, ...]
    reused: int = 0
    starts: int = 0
    refused: tuple[RefusedTelemetry, ...] = ()
    clocks: tuple[Clock, ...] = ()
    shared: tuple[Shared, ...] = ()


class GetDrift(_Period):
    """Show drift of every feature against the training data, period by period."""

    by: Grain = "month"


class FeatureDrift(Message):
    """One feature in one period. PSI in nats; `significant` after Benjamini-Hochberg over the features."""

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


class DriftPeriod(Message):
    """Drift in one period of event time."""

    start: Instant
    end: Instant
    version: int
    rows: int
    status: str
    smallest_shift: float | None
    features: tuple[FeatureDrift, ...]


class DriftReport(Message):
    """Drift by period, with the lines that status goes by."""

    effect_line: float
    importance_line: float
    periods: tuple[DriftPeriod, ...]


class GetFeature(_Period):
    """Show one feature: the share of each bin in training and in scoring."""

    feature: str = Field(min_length=1, max_length=250)


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


class GetAccuracy(_Period):
    """Show accuracy by period for each version, champion and challengers, where actuals are known."""

    by: Grain = "month"


class AccuracyView(Message):
    """Accuracy of one version in one period, over the rows whose actuals are known."""

    start: Instant
    end: Instant
    model: str
    version: int
    role: str
    rows: int
    labelled: int
    metrics: dict[str, float]
    """`auc`, `log_loss`, `brier`, `accuracy` of a classifier; `mae`, `rmse` of a regressor."""


class AccuracyReport(Message):
    """Accuracy by period and version."""

    items: tuple[AccuracyView, ...]


_DEPLOYMENT = "/api/v1/projects/{project}/deployments/{deployment}"
_ON = "deployment:{deployment}"

RECORD_ACTUALS = Operation(
    "record_actuals", "actuals:record", SERVICE, Kind.TELEMETRY, RecordActuals, ActualsRecorded,
    "POST", _DEPLOYMENT + "/actuals", _ON,
)  # fmt: skip
IMPORT_ACTUALS = Operation(
    "import_actuals", "actuals:import", SERVICE, Kind.CHANGE, ImportActuals, Accepted[ActualsImported],
    "POST", _DEPLOYMENT + "/actuals/import", _ON, "monitor/{deployment}", (ActualsImported,),
)  # fmt: skip
GET_HEALTH = Operation(
    "get_health", "health:get", SERVICE, Kind.READ, GetHealth, HealthReport, "GET", _DEPLOYMENT + "/health", _ON,
)  # fmt: skip
GET_COVERAGE = Operation(
    "get_coverage", "coverage:get", SERVICE, Kind.READ, GetCoverage, CoverageReport,
    "GET", _DEPLOYMENT + "/coverage", _ON,
)  # fmt: skip
GET_DRIFT = Operation(
    "get_drift", "drift:get", SERVICE, Kind.READ, GetDrift, DriftReport, "GET", _DEPLOYMENT + "/drift", _ON,
)  # fmt: skip
GET_FEATURE = Operation(
    "get_feature", "feature:get", SERVICE, Kind.READ, GetFeature, FeatureReport,
    "GET", _DEPLOYMENT + "/features/{feature}", _ON,
)  # fmt: skip
GET_ACCURACY = Operation(
    "get_accuracy", "accuracy:get", SERVICE, Kind.READ, GetAccuracy, AccuracyReport,
    "GET", _DEPLOYMENT + "/accuracy", _ON,
)  # fmt: skip

OPERATIONS = (
    RECORD_ACTUALS, IMPORT_ACTUALS, GET_HEALTH, GET_COVERAGE, GET_DRIFT, GET_FEATURE, GET_ACCURACY,
)  # fmt: skip
