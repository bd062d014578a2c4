"""Performance estimated while actuals are not known yet."""

from pydantic import Field

from fairlead_contracts.operations import REPORT_PATIENCE, Kind, Operation
from fairlead_contracts.operations.monitor.period import DEPLOYMENT, ON, SERVICE, Grain, Period
from fairlead_contracts.values import Instant, Message


class GetEstimate(Period):
    """Show performance estimated without actuals, period by period, beside the truth where that is known."""

    by: Grain = "month"
    level: float = Field(default=0.95, ge=0.5, lt=1, description="How often an interval holds the truth.")
    known_until: Instant | None = Field(default=None, description="Learn only from actuals of rows before this.")


class Estimated(Message):
    """An estimate, where the truth will lie if outcomes go by scores as before, and the truth once it is known."""

    value: float
    low: float
    high: float
    truth: float | None = None


class EstimateView(Message):
    """One version in one period. `reference`: rows with actuals from before that the estimate learns from.

    `doubts`: why not to trust it; empty when there is no reason.
    """

    start: Instant
    end: Instant
    model: str
    version: int
    role: str
    rows: int
    labelled: int
    reference: int
    metrics: dict[str, Estimated]
    doubts: tuple[str, ...]


class EstimateReport(Message):
    """Estimates by period and version, and what they all assume."""

    items: tuple[EstimateView, ...]
    level: float
    assumption: str


GET_ESTIMATE = Operation(
    "get_estimate", "estimate:get", SERVICE, Kind.READ, GetEstimate, EstimateReport,
    "GET", DEPLOYMENT + "/estimate", ON, patience=REPORT_PATIENCE,
)  # fmt: skip
