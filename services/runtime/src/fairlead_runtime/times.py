"""When and under which id a row was predicted: from the request's parameters, else from its receipt."""

from datetime import datetime

from fairlead_contracts.values import micros

from fairlead_runtime.codec import Parameters, invalid

AHEAD = 5 * 60 * 1_000_000
_POINTER = "/parameters/event_time"


def event_times(parameters: Parameters | None, rows: int, received: int) -> list[int]:
    """Microseconds since 1970 for each row.

    Raises: InvalidRequestError for a time without zone, one more than 5 minutes ahead, or not one time a row.
    """
    given = parameters.event_time if parameters else None
    if given is None:
        return [received] * rows
    if isinstance(given, str):
        return [_instant(given, received)] * rows
    if len(given) != rows:
        raise invalid(_POINTER, f"{len(given)} times for {rows} rows")
    return [_instant(each, received) for each in given]


def _instant(text: str, received: int) -> int:
    try:
        moment = micros(datetime.fromisoformat(text))
    except ValueError:
        raise invalid(_POINTER, "write RFC 3339 with a zone, as 2011-01-31T12:00:00Z") from None
    if moment > received + AHEAD:
        raise invalid(_POINTER, "more than 5 minutes ahead of the clock")
    return moment


def row_ids(parameters: Parameters | None, rows: int) -> list[str] | None:
    """The client's own id of each row, where it gave them."""
    given = parameters.row_ids if parameters else None
    if given is not None and len(given) != rows:
        raise invalid("/parameters/row_ids", f"{len(given)} ids for {rows} rows")
    return given
