"""What an actual says: the class or the number that it names, in whatever form it comes."""

import math
from typing import Any

_TRUTHS = {"true": True, "false": False}


def class_of(value: Any, classes: tuple[str, ...]) -> str | None:
    """The class that an actual names: as text, or as the number or truth value behind it; None when it is none."""
    text = str(value)
    if text in classes:
        return text
    number = _truth(value) if _truth(value) is not None else number_of(value)
    if number is None:
        return None
    candidates = [str(int(number))] if number == int(number) else []
    candidates += [str(bool(number)), str(bool(number)).lower()] if number in (0, 1) else []
    return next((each for each in candidates if each in classes), None)


def number_of(value: Any) -> float | None:
    """The number that an actual is, as a number or as the text of one; None when it is none or not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else _TRUTHS.get(str(value).strip().lower())
