"""Everything that a replica tells, gathered on the way and sent every few seconds."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from fairlead_contracts.bundle import Bundle
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.messages import telemetry_subject
from fairlead_contracts.telemetry import ProfileBatch, ReceiptBatch
from fairlead_drift import Baseline

from fairlead_runtime.protocol.schema import Schema
from fairlead_runtime.serving.calls import Call
from fairlead_runtime.serving.guardrails import Guardrails
from fairlead_runtime.serving.model_calls import Scored
from fairlead_runtime.telemetry.blocks import Blocks
from fairlead_runtime.telemetry.health import Health
from fairlead_runtime.telemetry.outbox import Outbox, Publish
from fairlead_runtime.telemetry.predictions import BATCH_ROWS, Predictions
from fairlead_runtime.telemetry.profiles import Profiles
from fairlead_runtime.telemetry.receipts import Receipts
from fairlead_runtime.telemetry.spool import Spool

log = structlog.get_logger()
EVERY = 2.0
PATIENCE = 10.0


class Reporter:
    """Records what was served and sends it; nothing in it can fail or slow an answer by waiting."""

    def __init__(
        self, bundle: Bundle, baseline: Baseline, epoch: str, publish: Publish, spool: Spool | None = None
    ) -> None:
        self.bundle, self.epoch = bundle, epoch
        self.health, self.profiles, self.predictions = Health(), Profiles(baseline), Predictions()
        self._blocks = Blocks(baseline, Schema(bundle.signature))
        self.receipts = Receipts(bundle, epoch)
        outputs = {column.name: column.datatype for column in bundle.signature.outputs}
        self.guardrails = Guardrails(bundle.serving.guardrails, baseline, outputs)
        self.outbox = Outbox(publish, spool)
        self.served = 0
        self._sequences: Counter[str] = Counter()

    def answered(self, calls: Sequence[Call], scored: Scored) -> None:
        """Record the answers of one batch."""
        times = calls[0].times if len(calls) == 1 else [moment for call in calls for moment in call.times]
        self.served += len(times)
        self.profiles.record(*self._blocks.of(scored.batch, len(times)), times)
        self.predictions.record(calls, times, scored.scores)
        moment, record = time.perf_counter_ns(), self.health.record
        for call in calls:
            record(call.arrival.received, (moment - call.arrival.began) // 1_000, 200, call.rows.count)
        if len(self.predictions) >= BATCH_ROWS:  # a little at a time: one long pause would be felt
            self._predictions()

    def flush(self) -> None:
        """Turn what was recorded into batches."""
        self._profiles()
        self._predictions()
        for leaves in self.receipts.take():
            source = self._source("receipts")
            batch = self.receipts.sign(source["sequence"], leaves)
            told = ReceiptBatch.model_construct(**source, leaves=tuple(leaf.hex() for leaf in leaves), batch=batch)
            self._put("receipts", told.model_dump_json().encode())

    def _profiles(self) -> None:
        health, groups = self.health.take(), self.profiles.take()
        if not health and not groups:
            return
        for place, group in enumerate(groups or [()]):
            batch = ProfileBatch(
                **self._source("profiles"), served=self.served, baseline=self.bundle.baseline, profiles=group,
                health=health if place == 0 else (), guardrails=self.guardrails.take(),
            )  # fmt: skip
            self._put("profiles", batch.model_dump_json().encode())

    def _predictions(self) -> None:
        for kept in self.predictions.take():
            columns = {"ids": kept.ids, "rows": kept.rows, "times": kept.times, "outputs": kept.outputs}
            # As `PredictionBatch`, whose checks of each cell would cost more than serving the row did.
            self._put("predictions", msgspec.json.encode(self._source("predictions") | columns))

    def _source(self, kind: str) -> dict[str, Any]:
        self._sequences[kind] += 1
        plan = self.bundle.plan
        return {
            "project": plan.project, "deployment": plan.deployment, "revision": plan.revision, "model": plan.model,
            "version": plan.version, "role": plan.role, "replica": plan.replica, "epoch": self.epoch,
            "sequence": self._sequences[kind],
        }  # fmt: skip

    def _put(self, kind: str, payload: bytes) -> None:
        replica = self.bundle.plan.replica
        message_id = f"{replica}:{kind}:{self.epoch}:{self._sequences[kind]}"
        self.outbox.put(telemetry_subject(kind, replica), payload, message_id)

    async def run(self) -> None:
        """Send every few seconds until cancelled; while the bus is away batches wait in the outbox."""
        while True:
            await asyncio.sleep(EVERY)
            self.flush()
            try:
                await self.outbox.send_all()
            except FairleadError as error:
                log.warning("telemetry waits for the bus", reason=error.detail)

    async def drain(self) -> None:
        """Send what is left before the replica ends."""
        self.flush()
        with contextlib.suppress(asyncio.CancelledError):
            if not await self.outbox.drain(PATIENCE):
                log.error("telemetry was left behind: the bus did not take it in time")
