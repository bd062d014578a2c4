"""From batches to windows: idempotent by (kind, replica, epoch, sequence), in any order."""

import base64
import json
import sqlite3
from typing import Any

from fairlead_contracts.telemetry import (
    ActualsBatch,
    HealthPart,
    PredictionBatch,
    ProfileBatch,
    ProfilePart,
    Source,
)
from fairlead_drift import Profile
from fairlead_drift.latency import LatencyHistogram

Key = tuple[str, str, str, int, str, str]


def take_profiles(db: sqlite3.Connection, batch: ProfileBatch) -> bool:
    """Add a batch of profiles and health. False when it was seen before."""
    if not _first(db, "profiles", batch):
        return False
    key = (batch.project, batch.deployment, batch.model, batch.version, batch.role, batch.replica)
    db.execute(
        "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET served = max(served, excluded.served)",
        (batch.replica, batch.epoch, *key[:5], batch.served),
    )
    for part in batch.profiles:
        _merge_profile(db, key, batch.baseline, part)
    for health in batch.health:
        _merge_health(db, key, health)
    return True


def take_predictions(db: sqlite3.Connection, batch: PredictionBatch) -> bool:
    """Keep predictions; one that is repeated stays as it was."""
    if not _first(db, "predictions", batch):
        return False
    head = (batch.project, batch.deployment)
    names = list(batch.outputs)
    columns = zip(*batch.outputs.values(), strict=True)
    rows: list[tuple[Any, ...]] = [
        (
            *head,
            id_,
            row,
            batch.model,
            batch.version,
            batch.role,
            time,
            json.dumps(dict(zip(names, cells, strict=True))),
        )
        for id_, row, time, cells in zip(batch.ids, batch.rows, batch.times, columns, strict=True)
    ]
    db.executemany("INSERT OR IGNORE INTO predictions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return True


def take_actuals(db: sqlite3.Connection, batch: ActualsBatch) -> None:
    """Keep actuals; of two for one row the later recorded one counts, whatever order they come in."""
    rows = [
        (batch.project, batch.deployment, each.id, each.row, json.dumps(each.value), batch.recorded)
        for each in batch.actuals
    ]
    db.executemany(
        "INSERT INTO actuals VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value,"
        " recorded = excluded.recorded WHERE (excluded.recorded, excluded.value) > (recorded, value)",
        rows,
    )


def _first(db: sqlite3.Connection, kind: str, batch: Source) -> bool:
    row = (kind, batch.replica, batch.epoch, batch.sequence)
    return db.execute("INSERT OR IGNORE INTO batches VALUES (?, ?, ?, ?)", row).rowcount == 1


def _merge_profile(db: sqlite3.Connection, key: Key, baseline: str, part: ProfilePart) -> None:
    where = "(project, deployment, model, version, role, replica, minute) = (?, ?, ?, ?, ?, ?, ?)"
    found = db.execute(f"SELECT profile FROM windows WHERE {where}", (*key, part.minute)).fetchone()  # noqa: S608  # ours
    arrived = base64.b64decode(part.profile)
    if found is None:
        row = (*key, part.minute, part.rows, baseline, arrived)
        db.execute("INSERT INTO windows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        return
    merged = Profile.merge_bytes([found[0], arrived]).to_bytes()
    db.execute(f"UPDATE windows SET rows = rows + ?, profile = ? WHERE {where}", (part.rows, merged, *key, part.minute))  # noqa: S608  # ours


def _merge_health(db: sqlite3.Connection, key: Key, part: HealthPart) -> None:
    where = "(project, deployment, model, version, role, replica, minute) = (?, ?, ?, ?, ?, ?, ?)"
    found = db.execute(f"SELECT latency FROM health WHERE {where}", (*key, part.minute)).fetchone()  # noqa: S608  # ours
    counts = (part.requests, part.rows, part.client_errors, part.server_errors)
    arrived = base64.b64decode(part.latency)
    if found is None:
        db.execute(
            "INSERT INTO health VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*key, part.minute, *counts, arrived)
        )
        return
    merged = LatencyHistogram.from_bytes(found[0]).merge(LatencyHistogram.from_bytes(arrived)).to_bytes()
    db.execute(
        "UPDATE health SET requests = requests + ?, rows = rows + ?, client_errors = client_errors + ?,"  # noqa: S608  # ours
        f" server_errors = server_errors + ?, latency = ? WHERE {where}",
        (*counts, merged, *key, part.minute),
    )
