"""Values on the wire: instants, exact decimals, and the base of every message."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema


class Message(BaseModel):
    """The base of all that travels: immutable, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, ser_json_inf_nan="constants")


def _decimal(value: Any) -> Any:
    if isinstance(value, str):
        return float(value)
    return value


Decimal = Annotated[
    float,
    BeforeValidator(_decimal),
    PlainSerializer(repr, return_type=str),
    WithJsonSchema({"type": "string", "format": "decimal", "examples": ["0.71"]}),
]
"""A float that travels as its shortest exact text, as ledger messages hold no JSON floats."""


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds and `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


def _aware(value: Any) -> Any:
    if isinstance(value, str) and len(value) == 10:
        raise ValueError("a time of day is missing: write 2011-01-01T00:00:00Z")
    return value


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("the zone is missing: end with Z")
    return value.astimezone(UTC)


Instant = Annotated[
    datetime,
    BeforeValidator(_aware),
    PlainSerializer(instant, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A moment: RFC 3339 on the wire, always with a zone, microsecond precision."""


def micros(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC, as kernels and windows count them."""
    delta = _utc(moment) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
