"""A file of actuals into Fairlead: what can be taken is, what cannot is told with its line."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from fairlead_contracts.operations.monitor import Actual, ActualsChecked, ActualsStanding
from fairlead_contracts.values import Message
from pydantic import ValidationError

from fairlead_cli.actuals.rows import Columns, Row, rows
from fairlead_cli.client.client import Client

AT_ONCE = 5_000
_NAMED = 20
Progress = Callable[[int], None]
Placed = tuple[int, Actual]
"""A line and what it says."""


class RefusedLine(Message):
    """A line that was not taken, and why."""

    line: int
    reason: str


class Imported(ActualsStanding):
    """What became of a file: how the rows that were taken stand, and the lines that were not."""

    refused: tuple[RefusedLine, ...]


def import_file(
    client: Client, deployment: str, source: Any, columns: Columns | None = None, progress: Progress | None = None
) -> Imported:
    """Import the actuals of a file or a table. `progress` is told how many rows are done, now and then.

    The same file again changes nothing. What was taken before an error stays taken.
    Raises: InvalidRequestError, InvalidTableError as `rows`; the FairleadError that came back.
    """
    checks: list[ActualsChecked] = []
    refused: list[RefusedLine] = []
    left, done = rows(source, columns or Columns()), 0
    while part := list(islice(left, AT_ONCE)):
        sound = list(_sound(part, refused))
        if sound:
            checks.append(_take(client, deployment, sound, refused))
        done += len(part)
        if progress is not None:
            progress(done)
    return _summed(checks, sorted(refused, key=lambda each: each.line))


def _sound(part: list[Row], refused: list[RefusedLine]) -> Iterator[Placed]:
    for line, fields in part:
        try:
            if isinstance(fields, str):
                refused.append(RefusedLine(line=line, reason=fields))
            else:
                yield line, Actual.model_validate(fields)
        except ValidationError as error:
            refused.append(RefusedLine(line=line, reason=_reason(error)))


def _reason(error: ValidationError) -> str:
    first = error.errors()[0]
    field = str(first["loc"][0]) if first["loc"] else "it"
    return f"{field} is missing" if first["type"] == "missing" else f"{field}: {first['msg']}"


def _take(client: Client, deployment: str, sound: list[Placed], refused: list[RefusedLine]) -> ActualsChecked:
    actuals = [each for _, each in sound]
    checked: ActualsChecked = client.check_actuals(deployment=deployment, actuals=actuals)
    wrong = {each.place for each in checked.refused}
    refused += [RefusedLine(line=sound[each.place][0], reason=each.reason) for each in checked.refused]
    taken = [each for place, each in enumerate(actuals) if place not in wrong]
    if taken:
        client.import_actuals(deployment=deployment, actuals=taken)
    return checked


def _summed(checks: list[ActualsChecked], refused: list[RefusedLine]) -> Imported:
    counts = {
        name: sum(getattr(each, name) for each in checks)
        for name in ("rows", "new", "repeated", "corrected", "outdated", "waiting", "reused")
    }
    waiting = _first(id_ for each in checks for id_ in each.waiting_ids)
    reused = _first(id_ for each in checks for id_ in each.reused_ids)
    return Imported(**counts, waiting_ids=waiting, reused_ids=reused, refused=tuple(refused))


def _first(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))[:_NAMED]
