"""Seals: every few seconds the batches that a certified key vouches for go under one root, onto the ledger."""

import asyncio
import time
from base64 import b64decode
from collections.abc import Sequence

import structlog
from fairlead_chassis.chassis import Chassis
from fairlead_chassis.signing import verify
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.evidence.receipts import Seal
from fairlead_contracts.operations.audit import SEAL_RECEIPTS, SealReceipts
from prometheus_client import Counter

from fairlead_audit.receipts.store import ReceiptStore, Waiting
from fairlead_audit.view import AuditView

log = structlog.get_logger()
EVERY = 10.0
UNCERTIFIED_FOR = 3600.0
"""Seconds that a batch waits for the certificate of its replica, which should be on the ledger before it serves."""
REFUSED = Counter("fairlead_receipt_batches_refused", "Batches of receipts that do not hold together")


async def seal_every(chassis: Chassis, store: ReceiptStore) -> None:
    """Seal, until cancelled."""
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
    vouched = _vouched(chassis.part, store)
    if vouched:
        chosen = Seal.over([each.batch for each in vouched])
        if store.seal([each.number for each in vouched], chosen.root):
            await _append(chassis, store, chosen.root)


def _vouched(view: AuditView, store: ReceiptStore) -> Sequence[Waiting]:
    good, bad = [], []
    for each in store.waiting():
        certificate = view.certificate(each.batch.replica, each.batch.epoch)
        if certificate is None:
            if time.time() - each.arrived > UNCERTIFIED_FOR:
                bad.append(each)
        elif each.batch.verified_by(b64decode(certificate[1]), verify):
            good.append(each)
        else:
            bad.append(each)
    for each in bad:
        log.error("nobody vouches for a batch of receipts", replica=each.batch.replica, sequence=each.batch.sequence)
        REFUSED.inc()
    if bad:
        store.drop([each.number for each in bad])
    return good


async def _append(chassis: Chassis, store: ReceiptStore, root_: str) -> None:
    whole = Seal.over(store.under(root_))
    await chassis.change(SEAL_RECEIPTS, SealReceipts(**whole.model_dump()))
