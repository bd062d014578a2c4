"""From batches to windows: idempotent by (kind, replica, epoch, sequence), in any order."""

import base64
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from fairlead_contracts.operations.monitor import Actual
from fairlead_contracts.telemetry import ActualsBatch, PredictionBatch, ProfileBatch, ReceiptBatch, Source
from fairlead_contracts.values import micros

from fairlead_monitor.windows.adding import Additions
from fairlead_monitor.windows.grains import Series, cells
from fairlead_monitor.windows.seen import first_time

AHEAD = 5
"""Minutes that a replica's clock may be ahead of the bus's."""
_MINUTE = 60_000_000
Batch = ProfileBatch | PredictionBatch | ActualsBatch | ReceiptBatch


@dataclass(frozen=True)
class Arrived:
    """A batch, and when the stream took it: microseconds since 1970, by the bus's clock."""

    batch: Batch
    time: int


def take(db: sqlite3.Connection, arrived: Sequence[Arrived]) -> None:
    """Add batches, inside a transaction. One that was taken before changes nothing."""
    additions = Additions(written=max((each.time for each in arrived), default=0))
    for each in arrived:
        match each.batch:
            case ProfileBatch():
                _profiles(db, each.batch, each.time, additions)
            case PredictionBatch():
                _predictions(db, each.batch, each.time)
            case ActualsBatch():
                _actuals(db, each.batch)
            case ReceiptBatch() if first_time(
                db, ("receipts", each.batch.replica, each.batch.epoch), each.batch.sequence
            ):
                _source(db, each.batch, each.time, 0, 0)
    additions.add(db)


def _profiles(db: sqlite3.Connection, batch: ProfileBatch, time: int, additions: Additions) -> None:
    if not first_time(db, ("profiles", batch.replica, batch.epoch), batch.sequence):
        return
    latest = time // _MINUTE
    told = [part.minute for part in batch.profiles] + [part.minute for part in batch.health]
    _source(db, batch, time, batch.served, max([each - latest for each in told if each > latest + AHEAD], default=0))
    key = (batch.project, batch.deployment, batch.model, batch.version, batch.role, batch.replica)
    for part in batch.profiles:
        minute = part.minute if part.minute <= latest + AHEAD else latest
        series = Series(*key, segment=part.segment, baseline=batch.baseline)
        additions.profile(cells(db, series, minute), part.rows, base64.b64decode(part.profile))
    for health in batch.health:
        minute = health.minute if health.minute <= latest + AHEAD else latest
        counts = (health.requests, health.rows, health.client_errors, health.server_errors)
        additions.requests(cells(db, Series(*key), minute), counts, base64.b64decode(health.latency))


def _predictions(db: sqlite3.Connection, batch: PredictionBatch, time: int) -> None:
    if not first_time(db, ("predictions", batch.replica, batch.epoch), batch.sequence):
        return
    _source(db, batch, time, 0, 0)
    names = list(batch.outputs)
    head, told = (batch.project, batch.deployment), (batch.model, batch.version, batch.role)
    columns = zip(*batch.outputs.values(), strict=True)
    db.executemany(
        "INSERT INTO predictions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (*head, id_, row, *told, moment, json.dumps(dict(zip(names, outputs, strict=True)), sort_keys=True), time)
            for id_, row, moment, outputs in zip(batch.ids, batch.rows, batch.times, columns, strict=True)
        ],
    )


def _actuals(db: sqlite3.Connection, batch: ActualsBatch) -> None:
    rows = [
        (
            batch.project,
            batch.deployment,
            each.id,
            each.row,
            json.dumps(each.value),
            _known(each, batch),
            batch.recorded,
            place,
        )
        for place, each in enumerate(batch.actuals, batch.first)
    ]
    db.executemany(
        "INSERT INTO actuals (project, deployment, id, row, value, known, recorded, place)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, known = excluded.known,"
        " recorded = excluded.recorded, place = excluded.place"
        " WHERE (excluded.known, excluded.recorded, excluded.place, excluded.value) > (known, recorded, place, value)",
        rows,
    )


def _known(actual: Actual, batch: ActualsBatch) -> int:
    # What corrects what goes by when it became known, not by the order in which it arrives.
    return micros(actual.time) if actual.time is not None else batch.recorded


def _source(db: sqlite3.Connection, batch: Source, time: int, served: int, ahead: int) -> None:
    db.execute(
        "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " served = max(served, excluded.served), first = min(first, excluded.first), last = max(last, excluded.last),"
        " ahead = max(ahead, excluded.ahead)",
        (batch.replica, batch.epoch, batch.project, batch.deployment, batch.model, batch.version, batch.role,
         served, time, time, ahead),
    )  # fmt: skip
