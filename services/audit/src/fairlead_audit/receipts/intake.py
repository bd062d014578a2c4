"""Batches of receipts from their stream: checked, kept, acknowledged; and every few seconds sealed on the ledger."""

import asyncio
import functools
from collections.abc import Sequence
from pathlib import Path

import structlog
from fairlead_chassis.consume import Delivered, consume
from fairlead_chassis.run import Chassis
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.evidence.merkle import root
from fairlead_contracts.evidence.receipts import Seal
from fairlead_contracts.messages import RECEIPTS
from fairlead_contracts.operations.audit import SEAL_RECEIPTS, SealReceipts
from fairlead_contracts.telemetry import ReceiptBatch
from prometheus_client import Counter
from pydantic import ValidationError

from fairlead_audit.receipts.store import ReceiptStore

log = structlog.get_logger()
EVERY = 10.0
REFUSED = Counter("fairlead_receipt_batches_refused", "Batches of receipts that do not hold together")


@functools.lru_cache(maxsize=4)
def _store_at(path: Path) -> ReceiptStore:
    return ReceiptStore(path)


def store_of(chassis: Chassis) -> ReceiptStore:
    """The store of this installation's receipts, for use on the event loop alone."""
    return _store_at(_path(chassis))


def _path(chassis: Chassis) -> Path:
    return chassis.home / "audit" / "receipts.sqlite"


async def take_receipts(chassis: Chassis) -> None:
    """Take batches in, and seal them, until cancelled."""
    # Batches are taken in on another thread, over a connection of their own: transactions must not meet on one.
    store = ReceiptStore(_path(chassis))

    def handle(messages: Sequence[Delivered]) -> None:
        store.add([batch for message in messages if (batch := _read(message)) is not None])

    async with asyncio.TaskGroup() as group:
        group.create_task(consume(chassis.bus, RECEIPTS, "audit-receipts", handle))
        group.create_task(_seal_every(chassis, store_of(chassis)))


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


async def _seal_every(chassis: Chassis, store: ReceiptStore) -> None:
    while True:
        try:
            await seal(chassis, store)
        except FairleadError as error:
            log.warning("a seal waits", reason=error.detail)
        await asyncio.sleep(EVERY)


async def seal(chassis: Chassis, store: ReceiptStore) -> None:
    """Seal what came since the last seal; a seal that was chosen but did not reach the ledger goes first.

    Which batches a seal covers is written down before its fact is appended, so a crash between the two repeats the
    same seal; its root tells that it is the same.
    """
    pending = [each for each in store.sealed_roots() if chassis.part.seal(each) is None]
    for each in reversed(pending):
        await _append(chassis, store, each)
    unsealed = store.unsealed()
    if unsealed:
        chosen = Seal.over([batch for _, batch in unsealed])
        store.seal([number for number, _ in unsealed], chosen.root)
        await _append(chassis, store, chosen.root)


async def _append(chassis: Chassis, store: ReceiptStore, root_: str) -> None:
    whole = Seal.over(store.under(root_))
    await chassis.change(SEAL_RECEIPTS, SealReceipts(**whole.model_dump()))
