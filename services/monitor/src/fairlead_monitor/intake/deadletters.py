"""Dead letters: what cannot be counted is kept as it came, with the reason, and counted as refused."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from fairlead_chassis.bus.connection import Bus
from fairlead_contracts.messages import (
    ORIGIN_HEADER,
    REASON_HEADER,
    SEQUENCE_HEADER,
    STREAM_HEADER,
    dead_letter_subject,
)
from fairlead_contracts.operations.monitor import Reason
from prometheus_client import Counter

from fairlead_monitor.intake.letters import Letter

log = structlog.get_logger()
REFUSED = Counter("fairlead_telemetry_refused", "Telemetry messages that could not be counted", ["stream", "reason"])


@dataclass(frozen=True)
class Refused:
    """A message that was not counted, and why."""

    letter: Letter
    reason: Reason


async def bury(bus: Bus, refused: Sequence[Refused]) -> None:
    """Put them where they can be looked at for four weeks. Raises: UnavailableError; trying again is harmless."""
    for each in refused:
        letter = each.letter
        headers = {
            REASON_HEADER: each.reason, ORIGIN_HEADER: letter.subject, STREAM_HEADER: letter.stream,
            SEQUENCE_HEADER: str(letter.sequence),
        }  # fmt: skip
        subject = dead_letter_subject("monitor", letter.stream.lower())
        name = f"monitor:{letter.stream}:{letter.sequence}"
        await bus.publish_acknowledged(subject, letter.data, name, headers)
        REFUSED.labels(letter.stream, each.reason).inc()
        log.error("telemetry is refused", stream=letter.stream, sequence=letter.sequence, reason=each.reason)


def note(db: sqlite3.Connection, refused: Sequence[Refused]) -> None:
    """Count them, inside the transaction that moves past them."""
    db.executemany(
        "INSERT OR IGNORE INTO refused VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (each.letter.stream, each.letter.sequence, each.letter.sender.project, each.letter.sender.deployment,
             each.letter.sender.name, each.reason, each.letter.time)
            for each in refused
        ],
    )  # fmt: skip
