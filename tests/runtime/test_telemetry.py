"""What a replica tells: in order, bounded, repeatable, and with a receipt for every answer."""

import base64

import numpy as np
import pytest
from fairlead_chassis.signing import verify
from fairlead_contracts.adapters import Column, Signature
from fairlead_contracts.errors import UnavailableError
from fairlead_contracts.evidence.merkle import leaf_hash
from fairlead_contracts.evidence.receipts import Receipt
from fairlead_contracts.values import now
from fairlead_drift import Baseline, Profile
from fairlead_runtime.protocol.rows import Batch
from fairlead_runtime.protocol.schema import Schema
from fairlead_runtime.telemetry import outbox as outbox_module
from fairlead_runtime.telemetry.blocks import Blocks
from fairlead_runtime.telemetry.outbox import Outbox
from fairlead_runtime.telemetry.receipts import Receipts

from .conftest import BUNDLE


class Streams:
    """Takes messages, or is away."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.away = False

    async def publish(self, _subject: str, _payload: bytes, message_id: str) -> None:
        if self.away:
            raise UnavailableError("away")
        self.taken.append(message_id)


async def test_batches_wait_in_order_while_the_bus_is_away() -> None:
    streams = Streams()
    outbox = Outbox(streams.publish)
    streams.away = True
    for number in range(3):
        outbox.put("s", b"x", str(number))
    with pytest.raises(UnavailableError):
        await outbox.send_all()
    streams.away = False
    assert await outbox.drain(1.0)
    assert streams.taken == ["0", "1", "2"]


async def test_over_the_limit_the_oldest_goes_and_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "LIMIT", 10)
    streams = Streams()
    outbox = Outbox(streams.publish)
    for number in range(4):
        outbox.put("s", b"1234", str(number))
    assert await outbox.drain(1.0)
    assert (streams.taken, outbox.dropped) == (["2", "3"], 2)


async def test_what_cannot_be_sent_in_time_is_told() -> None:
    streams = Streams()
    streams.away = True
    outbox = Outbox(streams.publish)
    outbox.put("s", b"x", "0")
    assert not await outbox.drain(0.1)


def test_every_answers_receipt_is_a_leaf_of_a_batch_that_the_replica_signed() -> None:
    receipts = Receipts(BUNDLE, "epoch")
    tokens = [receipts.make(f"id-{number}", now(), b"request", b"answer") for number in range(5)]
    [leaves] = receipts.take()
    batch = receipts.sign(1, leaves)
    assert [leaf_hash(Receipt.from_token(token).leaf()) for token in tokens] == leaves
    assert batch.verified_by(base64.b64decode(receipts.public_key), verify)
    assert Receipt.from_token(tokens[0]).model == "Bonität"
    assert receipts.take() == []


def test_levels_and_numbers_are_counted_as_the_baseline_counts_its_training_rows() -> None:
    table = {"grade": np.array(["A", "B", None, "A"], dtype=object), "amount": np.array([1.0, 2.0, np.nan, 9.0])}
    baseline = Baseline.fit({"amount": table["amount"], "grade": table["grade"]})
    inputs = (Column(name="grade", datatype="BYTES"), Column(name="amount", datatype="FP64"))
    blocks = Blocks(baseline, Schema(Signature(inputs=inputs, outputs=inputs)))
    folded, direct = Profile.empty(baseline), Profile.empty(baseline)
    folded.update_block(*blocks.of(Batch(table), 4))
    direct.update(table)
    assert folded.to_bytes() == direct.to_bytes()
