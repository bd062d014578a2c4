"""When and under which id a row was predicted: from the request's parameters, else from its receipt."""

from datetime import datetime

from fairlead_contracts.names import uuid7
from fairlead_contracts.values import micros

from fairlead_runtime.protocol.requests import Parameters, invalid

AHEAD = 5 * 60 * 1_000_000
ID_LIMIT = 200
"""Characters of an id: what receipts and actuals can name."""
_POINTER, _ROW_IDS = "/parameters/event_time", "/parameters/row_ids"


def event_times(parameters: Parameters | None, rows: int, received: int) -> list[int]:
    """Microseconds since 1970 for each row.

    Raises: InvalidRequestError for a time without zone, before 1970 or more than 5 minutes ahead, or for other rows.
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
    except (ValueError, OverflowError):
        raise invalid(_POINTER, "write RFC 3339 with a zone, as 2011-01-31T12:00:00Z") from None
    if moment < 0:
        raise invalid(_POINTER, "before 1970")
    if moment > received + AHEAD:
        raise invalid(_POINTER, "more than 5 minutes ahead of the clock")
    return moment


def row_ids(parameters: Parameters | None, rows: int) -> list[str] | None:
    """The client's own id of each row, where it gave them. Raises: InvalidRequestError unless each is another."""
    given = parameters.row_ids if parameters else None
    if given is not None and len(given) != rows:
        raise invalid(_ROW_IDS, f"{len(given)} ids for {rows} rows")
    for place, each in enumerate(given or ()):
        if not 1 <= len(each) <= ID_LIMIT:
            raise invalid(f"{_ROW_IDS}/{place}", f"from 1 to {ID_LIMIT} characters")
    if given is not None and len(set(given)) != rows:
        raise invalid(_ROW_IDS, "an id is given twice; actuals could not tell its rows apart")
    return given


def prediction_id(given: str | None, otherwise: str | None) -> str:
    """The id of an answer: the client's, else the request's, else a new one.

    Raises: InvalidRequestError for one that is too long, or holds half of a surrogate pair.
    """
    if not given:
        return otherwise[:ID_LIMIT] if otherwise else uuid7()
    if len(given) > ID_LIMIT:
        raise invalid("/id", f"at most {ID_LIMIT} characters")
    if not given.isascii() and any("\ud800" <= each <= "\udfff" for each in given):
        raise invalid("/id", "half of a surrogate pair; write whole characters")
    return given
