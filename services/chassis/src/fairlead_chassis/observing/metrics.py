"""What every service counts, for Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("fairlead_requests", "Requests by operation and outcome", ["operation", "outcome"])
SECONDS = Histogram(
    "fairlead_request_seconds", "Time to answer", ["operation"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)  # fmt: skip
APPLIED = Gauge("fairlead_view_applied", "Ledger sequence that the view holds")
LAG = Gauge("fairlead_view_silence_seconds", "Seconds since the view last heard from the ledger")

FOREIGN = Gauge("fairlead_ledger_foreign_messages", "Messages on the ledger that no service of Fairlead wrote")


def observe(operation: str, outcome: str, seconds: float) -> None:
    """Count one request."""
    REQUESTS.labels(operation, outcome).inc()
    SECONDS.labels(operation).observe(seconds)
