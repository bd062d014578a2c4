"""Accuracy of what was predicted against what came true."""

from pydantic import Field

from fairlead_contracts.operations import REPORT_PATIENCE, Kind, Operation
from fairlead_contracts.operations.monitor.period import DEPLOYMENT, ON, SERVICE, Grain, Period
from fairlead_contracts.values import Instant, Message


class GetAccuracy(Period):
    """Show accuracy by period for each version, champion and challengers, where actuals are known."""

    by: Grain = "month"
    level: float = Field(default=0.95, ge=0.5, lt=1, description="How often an interval holds the truth.")


class Interval(Message):
    """What a metric could be in the population of which the labelled rows are an independent sample."""

    low: float
    high: float


class Confusion(Message):
    """Counts of rows: `counts[i][j]` came true as class i and were answered as class j."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class CalibrationBin(Message):
    """Rows whose probability lies in one tenth of [0, 1]: its mean, the share that came true, and its interval."""

    rows: int
    predicted: float
    observed: float
    low: float
    high: float


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
    """Of a classifier `auc`, `log_loss`, `brier`, `accuracy`, `precision`, `recall`, `f1`, and with two classes
    `calibration_error` and `bias`; of a regressor `mae`, `rmse`, `mape`, `r2`, `bias`, `quantile_loss_0.1`, `_0.5`,
    `_0.9`. What would divide by nothing is left out."""
    intervals: dict[str, Interval] = Field(default_factory=dict)
    confusion: Confusion | None = None
    calibration: tuple[CalibrationBin, ...] = ()


class AccuracyReport(Message):
    """Accuracy by period and version; `sources`: what each metric is and whose interval it has."""

    items: tuple[AccuracyView, ...]
    level: float = 0.95
    sources: dict[str, str] = Field(default_factory=dict)


GET_ACCURACY = Operation(
    "get_accuracy", "accuracy:get", SERVICE, Kind.READ, GetAccuracy, AccuracyReport,
    "GET", DEPLOYMENT + "/accuracy", ON, patience=REPORT_PATIENCE,
)  # fmt: skip
