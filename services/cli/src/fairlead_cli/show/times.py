"""Periods in words."""

from datetime import datetime


def when(start: datetime, end: datetime) -> str:
    """A period by its start: an hour with its time, a month without its day."""
    days = (end - start).days
    if days < 1:
        return f"{start:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m}" if start.day == 1 and 28 <= days <= 31 else f"{start:%Y-%m-%d}"
