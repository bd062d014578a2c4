"""One inference: body in, answer out, and what it leaves behind."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import structlog
from fairlead_contracts.adapters import Table
from fairlead_contracts.bundle import Bundle
from fairlead_contracts.errors import FairleadError, InternalError

from fairlead_runtime import codec
from fairlead_runtime.model import Loaded
from fairlead_runtime.tables import table_of
from fairlead_runtime.telemetry.reporter import Reporter
from fairlead_runtime.times import event_times, prediction_id, row_ids

log = structlog.get_logger()
INLINE_ROWS = 64
"""Calls of more rows leave the event loop, so that short requests need not wait behind them."""


@dataclass(frozen=True)
class Served:
    """An answer's status and body."""

    status: int
    body: bytes


class ContractBrokenError(Exception):
    """The model's answer is not what its signature says; a caller sees an internal error."""


class Serving:
    """Answers requests with one loaded model."""

    def __init__(self, bundle: Bundle, model: Loaded, reporter: Reporter) -> None:
        self.bundle, self.model, self.reporter = bundle, model, reporter
        self._inline = bundle.card.trust == "data"

    async def infer(self, body: bytes, request_id: str, received: int | None) -> Served:
        """Score a request. `received`: microseconds since 1970 when Fairlead first met it; None: now."""
        began = time.perf_counter_ns()
        moment = received or time.time_ns() // 1_000
        rows = 0
        try:
            answer, rows = await self._scored(body, request_id, moment)
            served = Served(200, answer)
        except FairleadError as error:
            served = Served(error.status, codec.error(error.detail, error.code))
        except Exception:
            log.exception("the model failed", request_id=request_id)
            hidden = InternalError()
            served = Served(hidden.status, codec.error(hidden.detail, hidden.code))
        took = (time.perf_counter_ns() - began) // 1_000
        self.reporter.health.record(time.time_ns() // 1_000, took, served.status, rows)
        return served

    async def _scored(self, body: bytes, request_id: str, received: int) -> tuple[bytes, int]:
        request = codec.decode(body)
        table = table_of(request.inputs, self.bundle.signature)
        rows = len(next(iter(table.values())))
        times = event_times(request.parameters, rows, received)
        own_ids = row_ids(request.parameters, rows)
        id_ = prediction_id(request.id, request_id)
        if self._inline and rows <= INLINE_ROWS:
            scores = self.model.predict(table)
        else:
            scores = await asyncio.to_thread(self.model.predict, table)
        self._hold_to_contract(scores, rows)
        outputs = codec.outputs_of(scores, request.outputs)
        receipt = self.reporter.receipts.make(id_, body, outputs)
        self.reporter.answered(table, times, id_, own_ids, scores)
        return codec.response(self._head(id_, receipt), outputs), rows

    def _hold_to_contract(self, scores: Table, rows: int) -> None:
        names = [each.name for each in self.bundle.signature.outputs]
        if set(scores) != set(names) or any(np.shape(each) != (rows,) for each in scores.values()):
            raise ContractBrokenError(f"the model does not give {names} of {rows} rows each")

    def _head(self, id_: str, receipt: str) -> dict[str, Any]:
        plan = self.bundle.plan
        parameters = {"revision": plan.revision, "replica": plan.replica, "model": plan.model, "receipt": receipt}
        return {
            "model_name": plan.deployment, "model_version": str(plan.version), "id": id_, "parameters": parameters,
        }  # fmt: skip

    def metadata(self) -> dict[str, Any]:
        """The model's metadata, as the protocol has it."""
        plan, signature = self.bundle.plan, self.bundle.signature
        return {
            "name": plan.deployment,
            "versions": [str(plan.version)],
            "platform": self.bundle.card.framework,
            "inputs": [{"name": each.name, "datatype": each.datatype, "shape": [-1]} for each in signature.inputs],
            "outputs": [{"name": each.name, "datatype": each.datatype, "shape": [-1]} for each in signature.outputs],
        }
