"""The values of one column that came as JSON of any kind, held to the datatype of its input."""

from typing import Any

from fairlead_runtime.protocol.cells import Cells
from fairlead_runtime.protocol.requests import invalid

_LEAST, _MOST = -(2**63), 2**63 - 1
_EXACT = 2**53


def column_of(values: list[Any], datatype: str, pointer: str) -> Cells:
    """The values as those of a signature's datatype; null is a missing number or text.

    Raises: InvalidRequestError at the first row that does not fit, at `pointer`.
    """
    read = _READERS[datatype]
    try:
        return [read(value) for value in values]
    except (ValueError, OverflowError):
        raise _named(values, datatype, pointer) from None


def _named(values: list[Any], datatype: str, pointer: str) -> Exception:
    for place, value in enumerate(values):
        try:
            _READERS[datatype](value)
        except (ValueError, OverflowError) as error:
            return invalid(pointer, f"row {place}: {error}" if str(error) else f"row {place} is no {datatype}")
    return invalid(pointer, f"not all {datatype}")


def _float(value: Any) -> float | None:
    if value is None:
        return None
    if type(value) is float or type(value) is int:
        return float(value)
    raise ValueError(f"{_kind(value)} where a number belongs; null is a missing one")


def _integer(value: Any) -> int:
    if type(value) is float and value.is_integer() and abs(value) <= _EXACT:
        return int(value)  # pandas writes a column of whole numbers so as soon as one of them was missing
    if type(value) is not int:
        raise ValueError(f"{_kind(value)} where a whole number belongs")
    if not _LEAST <= value <= _MOST:
        raise ValueError("a number beyond INT64")
    return value


def _truth(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError(f"{_kind(value)} where true or false belongs")
    return value


def _text(value: Any) -> str | None:
    if value is None or type(value) is str:
        return value
    raise ValueError(f"{_kind(value)} where a text belongs; write dates as texts, null for a missing one")


_READERS: dict[str, Any] = {"FP64": _float, "INT64": _integer, "BOOL": _truth, "BYTES": _text}


def _kind(value: Any) -> str:
    kinds = {
        str: "a text",
        bool: "a truth value",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "an object",
    }
    return kinds.get(type(value), "null")
