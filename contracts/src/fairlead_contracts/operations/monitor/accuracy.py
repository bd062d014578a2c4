"""Accuracy of what was predicted against what came true."""

from fairlead_contracts.operations import REPORT_PATIENCE, Kind, Operation
from fairlead_contracts.operations.monitor.period import DEPLOYMENT, ON, SERVICE, Grain, Period
from fairlead_contracts.values import Instant, Message


class GetAccuracy(Period):
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


GET_ACCURACY = Operation(
    "get_accuracy", "accuracy:get", SERVICE, Kind.READ, GetAccuracy, AccuracyReport,
    "GET", DEPLOYMENT + "/accuracy", ON, patience=REPORT_PATIENCE,
)  # fmt: skip
