"""Service health."""

from pydantic import Field

from fairlead_contracts.operations import REPORT_PATIENCE, Kind, Operation
from fairlead_contracts.operations.monitor.period import DEPLOYMENT, ON, SERVICE, Period
from fairlead_contracts.values import Message


class GetHealth(Period):
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


GET_HEALTH = Operation(
    "get_health", "health:get", SERVICE, Kind.READ, GetHealth, HealthReport,
    "GET", DEPLOYMENT + "/health", ON, patience=REPORT_PATIENCE,
)  # fmt: skip
