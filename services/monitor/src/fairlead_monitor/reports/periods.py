"""Periods of time: the rows that a report covers, and the buckets that it shows. All UTC."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from fairlead_contracts.operations.monitor import Grain
from fairlead_contracts.values import micros

MINUTE = 60_000_000
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2262, 1, 1, tzinfo=UTC)


def span(start: datetime | None, end: datetime | None) -> tuple[int, int]:
    """Both ends in microseconds, the end excluded; open where none is given."""
    return micros(start or _FIRST), micros(end or _LAST)


def bucket(moment: int, by: Grain) -> tuple[datetime, datetime]:
    """The period that a moment (microseconds since 1970) falls in."""
    time = datetime.fromtimestamp(moment // 1_000_000, UTC)
    day = time.replace(hour=0, minute=0, second=0, microsecond=0)
    match by:
        case "hour":
            start = time.replace(minute=0, second=0, microsecond=0)
            return start, start + timedelta(hours=1)
        case "day":
            return day, day + timedelta(days=1)
        case "week":
            monday = day - timedelta(days=day.weekday())
            return monday, monday + timedelta(days=7)
        case "month":
            first = day.replace(day=1)
            return first, (first + timedelta(days=32)).replace(day=1)
        case "all":
            return _FIRST, _LAST


def minutes(start: datetime | None, end: datetime | None) -> tuple[int, int]:
    """Both ends in minutes since 1970, the end excluded."""
    first, last = span(start, end)
    return first // MINUTE, -(-last // MINUTE)


def grouped(moments: Iterator[int], by: Grain) -> dict[tuple[datetime, datetime], list[int]]:
    """Positions of moments by the period that they fall in, in order of time."""
    found: dict[tuple[datetime, datetime], list[int]] = {}
    for place, moment in enumerate(moments):
        found.setdefault(bucket(moment, by), []).append(place)
    return dict(sorted(found.items()))
