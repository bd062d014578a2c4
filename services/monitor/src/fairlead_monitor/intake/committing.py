"""What was sorted goes into one partition: all of it, that it was seen, and how far the stream is read, at once."""

from collections.abc import Sequence

import structlog
from sqlite_utils import Database

from fairlead_monitor.intake.deadletters import Refused, note
from fairlead_monitor.intake.sorting import Read
from fairlead_monitor.windows.intake import take
from fairlead_monitor.windows.store import move, transaction

log = structlog.get_logger()


def commit(db: Database, sound: Sequence[Read], refused: Sequence[Refused], stream: str, last: int) -> None:
    """Add, note and move on, in one transaction."""
    with transaction(db) as connection:
        take(connection, [arrived for _, arrived in sound])
        note(connection, refused)
        move(connection, stream, last)


def commit_one_by_one(db: Database, sound: Sequence[Read]) -> list[Refused]:
    """Add each alone, and return those that cannot be added. The stream is not moved past them yet."""
    failed = []
    for letter, arrived in sound:
        try:
            with transaction(db) as connection:
                take(connection, [arrived])
        except (ValueError, TypeError, KeyError, ArithmeticError):
            log.exception("telemetry cannot be added", stream=letter.stream, sequence=letter.sequence)
            failed.append(Refused(letter, "failed"))
    return failed
