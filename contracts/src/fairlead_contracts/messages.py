"""Subjects and headers of everything on the bus."""

CALLER_HEADER = "Fairlead-Principal"
REQUEST_ID_HEADER = "Fairlead-Request-Id"
OPERATION_ID_HEADER = "Fairlead-Operation-Id"
AT_LEAST_HEADER = "Fairlead-At-Least"
IF_MATCH_HEADER = "Fairlead-If-Match"
CAUSE_HEADER = "Fairlead-Cause"
SEQUENCE_HEADER = "Fairlead-Sequence"
ERROR_HEADER = "Fairlead-Error"
PROJECT_HEADER = "Fairlead-Project"
EXPECTED_HEADER = "Nats-Expected-Last-Subject-Sequence"
MESSAGE_ID_HEADER = "Nats-Msg-Id"

LEDGER = "LEDGER"
LEDGER_SUBJECTS = "ledger.>"
PROFILES = "PROFILES"
PREDICTIONS = "PREDICTIONS"
ACTUALS = "ACTUALS"
POINTS = "POINTS"
RECEIPTS = "RECEIPTS"
ROUTES = "ROUTES"
DEADLETTERS = "DEADLETTERS"
LEASES = "LEASES"

REASON_HEADER = "Fairlead-Reason"
ORIGIN_HEADER = "Fairlead-Origin"
"""The subject that a dead letter came on."""
STREAM_HEADER = "Fairlead-Stream"


def requests_subject(service: str) -> str:
    """What a service listens to: its operations, from any caller."""
    return f"op.*.{service}.>"


def telemetry_subject(kind: str, source: str) -> str:
    """Where a replica (or the gateway, for actuals) publishes telemetry of one kind."""
    return f"telemetry.{kind}.{source}"


def dead_letter_subject(service: str, kind: str) -> str:
    """Where a service puts telemetry of one kind that it cannot count, with the reason in its headers."""
    return f"deadletters.{service}.{kind}"


def route_subject(project: str, deployment: str) -> str:
    """Where a deployment's routing table stands as the last message."""
    return f"routes.{project}.{deployment}"


def lease_subject(service: str, partition: int) -> str:
    """Where it stands, as the last message, which copy of a service holds a partition."""
    return f"leases.{service}.partition.{partition}"


def beat_subject(service: str, instance: str) -> str:
    """Where a copy of a service gives signs of life."""
    return f"leases.{service}.beat.{instance}"


def owner_subject(service: str, copy: str, operation: str) -> str:
    """Where one certain copy of a service answers another one of them."""
    return f"op.{service}.{service}.owner.{copy}.{operation}"
