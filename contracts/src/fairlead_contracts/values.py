"""Values on the wire: instants, exact decimals, and the base of every message."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)


class Message(BaseModel):
    """The base of all that travels: immutable, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, ser_json_inf_nan="constants")


_DECIMAL = r"-?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,4})?"
_NUMBER = re.compile(_DECIMAL)


def _decimal(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not _NUMBER.fullmatch(value):
        raise ValueError("a decimal number is expected")
    return float(value)


Decimal = Annotated[
    float,
    BeforeValidator(_decimal),
    PlainSerializer(repr, return_type=str),
    WithJsonSchema({"type": "string", "format": "decimal", "pattern": f"^{_DECIMAL}$", "examples": ["0.71"]}),
]
"""A float that travels as its shortest exact text, as ledger messages hold no JSON floats."""


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds and `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_MOMENT = TypeAdapter(datetime)


def _aware(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    found = _RFC3339.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("a moment is written 2011-01-01T00:00:00Z")
    if found[2] is None:
        raise ValueError("the zone is missing: end with Z")
    try:
        return _MOMENT.validate_python(value).astimezone(UTC)
    except (ValidationError, OverflowError):
        raise ValueError("there is no such moment") from None


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
