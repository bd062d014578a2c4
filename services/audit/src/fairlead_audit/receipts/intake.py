"""Batches of receipts from their stream: checked, kept, acknowledged."""

import asyncio
import functools
from collections.abc import Sequence
from pathlib import Path

import structlog
from fairlead_chassis.bus.consume import Delivered, consume
from fairlead_chassis.chassis import Chassis
from fairlead_contracts.evidence.merkle import root
from fairlead_contracts.messages import RECEIPTS
from fairlead_contracts.telemetry import ReceiptBatch
from pydantic import ValidationError

from fairlead_audit.receipts.sealing import REFUSED, seal_every
from fairlead_audit.receipts.store import ReceiptStore

log = structlog.get_logger()


@functools.lru_cache(maxsize=4)
def _store_at(path: Path) -> ReceiptStore:
    return ReceiptStore(path)


def store_of(chassis: Chassis) -> ReceiptStore:
    """The store of this installation's receipts, for use on the event loop alone."""
    return _store_at(_path(chassis))


def _path(chassis: Chassis) -> Path:
    return chassis.home / "audit" / "batches.sqlite"


async def take_receipts(chassis: Chassis) -> None:
    """Take batches in, and seal them, until cancelled."""
    # Batches are taken in on another thread, over a connection of their own: transactions must not meet on one.
    store = ReceiptStore(_path(chassis))

    async with asyncio.TaskGroup() as group:
        group.create_task(consume(chassis.bus, RECEIPTS, "audit-receipts", functools.partial(take, store)))
        group.create_task(seal_every(chassis, store_of(chassis)))


def take(store: ReceiptStore, messages: Sequence[Delivered]) -> None:
    """Keep the batches that hold together."""
    store.add([batch for message in messages if (batch := _read(message)) is not None])


def _read(message: Delivered) -> ReceiptBatch | None:
    try:
        batch = ReceiptBatch.model_validate_json(message.data)
        leaves = [bytes.fromhex(leaf) for leaf in batch.leaves]
    except (ValidationError, ValueError):
        log.error("a batch of receipts cannot be read", sequence=message.sequence)
        REFUSED.inc()
        return None
    fits = batch.batch.root == f"sha256:{root(leaves).hex()}" and batch.batch.size == len(leaves)
    if not fits or (batch.replica, batch.epoch, batch.sequence) != _named(batch):
        log.error("a batch of receipts does not fit its root", replica=batch.replica, sequence=batch.sequence)
        REFUSED.inc()
        return None
    return batch


def _named(batch: ReceiptBatch) -> tuple[str, str, int]:
    return batch.batch.replica, batch.batch.epoch, batch.batch.sequence
