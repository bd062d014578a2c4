"""Telemetry from the streams into the windows: acknowledged after the commit, so a crash repeats and never loses."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence

import structlog
from fairlead_chassis.chassis import Chassis
from fairlead_chassis.consume import Delivered, consume
from fairlead_contracts.messages import ACTUALS, PREDICTIONS, PROFILES
from fairlead_contracts.telemetry import ActualsBatch, PredictionBatch, ProfileBatch
from fairlead_drift import ProfileError
from prometheus_client import Counter
from pydantic import ValidationError

from fairlead_monitor.windows.intake import take_actuals, take_predictions, take_profiles
from fairlead_monitor.windows.store import opened, transaction

log = structlog.get_logger()
UNREADABLE = Counter("fairlead_telemetry_unreadable", "Telemetry messages that could not be read", ["stream"])
Take = Callable[[sqlite3.Connection, bytes], object]
_TAKES: dict[str, Take] = {
    PROFILES: lambda db, data: take_profiles(db, ProfileBatch.model_validate_json(data)),
    PREDICTIONS: lambda db, data: take_predictions(db, PredictionBatch.model_validate_json(data)),
    ACTUALS: lambda db, data: take_actuals(db, ActualsBatch.model_validate_json(data)),
}


async def take_telemetry(chassis: Chassis) -> None:
    """Consume profiles, predictions and actuals until cancelled."""

    def taker(stream: str, take: Take) -> Callable[[Sequence[Delivered]], None]:
        db = opened(chassis.home / "monitor" / "windows.sqlite")

        def handle(messages: Sequence[Delivered]) -> None:
            with transaction(db) as connection:
                for message in messages:
                    _one(connection, stream, take, message)

        return handle

    async with asyncio.TaskGroup() as group:
        for stream, take in _TAKES.items():
            group.create_task(consume(chassis.bus, stream, f"monitor-{stream.lower()}", taker(stream, take)))


def _one(db: sqlite3.Connection, stream: str, take: Take, message: Delivered) -> None:
    db.execute("SAVEPOINT one")
    try:
        take(db, message.data)
    except (ValidationError, ProfileError, ValueError, OverflowError) as error:
        db.execute("ROLLBACK TO one")
        UNREADABLE.labels(stream).inc()
        log.error(
            "a telemetry message cannot be read", stream=stream, sequence=message.sequence, kind=type(error).__name__
        )
    db.execute("RELEASE one")
