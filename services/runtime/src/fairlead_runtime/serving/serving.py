"""Inference: bodies in, answers out, and what each of them leaves behind."""

import time
from collections.abc import Sequence

import numpy as np
import structlog
from fairlead_contracts.bundle import Bundle
from fairlead_contracts.errors import FairleadError, InternalError, ModelTimeoutError, RefusedError
from fairlead_contracts.values import now

from fairlead_runtime.model import Loaded
from fairlead_runtime.protocol.answers import AnswerTemplate, PredictionsTemplate
from fairlead_runtime.protocol.outputs import OutputSet
from fairlead_runtime.protocol.parameters import event_times, prediction_id, row_ids
from fairlead_runtime.protocol.requests import Request, invalid
from fairlead_runtime.protocol.rows import Rows
from fairlead_runtime.protocol.schema import Schema
from fairlead_runtime.serving.batches import Batches
from fairlead_runtime.serving.calls import Arrival, Call, Done, Served
from fairlead_runtime.serving.guardrails import Meeting
from fairlead_runtime.serving.model_calls import ModelCalls, Scored
from fairlead_runtime.serving.pace import Pace
from fairlead_runtime.telemetry.reporter import Reporter

log = structlog.get_logger()
_NAMED = 100


def told(meetings: Sequence[Meeting], start: int, stop: int) -> list[str]:
    """What guardrails met in some rows of a batch, a text each: the rule, what was done, and the rows, from 0."""
    found = []
    for each in meetings:
        rows = np.flatnonzero(each.rows[start:stop]).tolist()
        if rows:
            more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
            named = ",".join(map(str, rows[:_NAMED]))
            found.append(f"{each.guardrail.rule} ({each.guardrail.action}): rows {named}{more}")
    return found


class Serving:
    """Answers requests with one loaded model."""

    def __init__(self, bundle: Bundle, model: Loaded, reporter: Reporter) -> None:
        self.bundle, self.reporter = bundle, reporter
        self.schema = Schema(bundle.signature)
        self._outputs = OutputSet(bundle.signature.outputs)
        self.v2, self.predictions = AnswerTemplate(bundle), PredictionsTemplate(bundle)
        self._model = model
        self._guardrails = reporter.guardrails
        self._explainless = f"this {bundle.card.framework} model has no explanations"
        calls = ModelCalls(model, self.schema, self._outputs)
        self.pace = Pace()
        self._batches = Batches(calls.score, self._finish, self._late, self.pace, always_beside=bundle.runs_apart)

    @property
    def waiting(self) -> int:
        """How many requests wait for the model."""
        return self._batches.waiting

    def call(self, arrival: Arrival, request: Request, rows: Rows, done: Done) -> None:
        """Queue a request for the model. Raises: InvalidRequestError for what it says of outputs, times and ids."""
        parameters = request.parameters
        explain = parameters is not None and parameters.explain
        if explain and self._model.explain is None:
            raise invalid("/parameters/explain", f"{self._explainless}; leave this parameter out")
        self._batches.put(
            Call(
                explain=explain, alone=explain, receipt=parameters is not None and parameters.receipt,
                arrival=arrival, rows=rows, done=done,
                id=prediction_id(request.id, arrival.request_id),
                times=event_times(request.parameters, rows.count, arrival.received),
                own_ids=row_ids(request.parameters, rows.count),
                wanted=self._outputs.wanted(request),
            )
        )  # fmt: skip

    def refuse(self, arrival: Arrival, reason: Exception, done: Done) -> None:
        """Answer with an error: a refusal as it is, anything else hidden and logged."""
        if not isinstance(reason, FairleadError):
            log.error("the model failed", request_id=arrival.request_id, exc_info=reason)
            reason = InternalError()
        took = (time.perf_counter_ns() - arrival.began) // 1_000
        self.reporter.health.record(arrival.received, took, reason.status, 0)
        done(Served(reason.status, arrival.form.error(reason)))

    def _finish(self, calls: Sequence[Call], outcome: Scored | Exception) -> None:
        if isinstance(outcome, Scored):
            self._answer(calls, outcome)
        elif len(calls) == 1:
            self.refuse(calls[0].arrival, outcome, calls[0].done)
        else:
            for call in calls:  # which of them it was is found by asking each alone
                call.alone = True
                self._batches.put(call)

    def _answer(self, calls: Sequence[Call], scored: Scored) -> None:
        rows = sum(call.rows.count for call in calls)
        meetings = self._guardrails.look(scored.batch, scored.scores, rows) if self._guardrails else []
        if any(each.guardrail.action == "refuse" for each in meetings):
            self._refused(calls, meetings)
            return
        self._guardrails.override(meetings, scored.scores)
        self._guardrails.count(meetings)
        moment, start = now(), 0
        ready = []
        for call in calls:
            stop, form = start + call.rows.count, call.arrival.form
            outputs = form.outputs(scored.scores, start, stop, call.wanted)
            if scored.explanation is not None:
                outputs = form.explained(outputs, scored.explanation, binary=call.wanted[0].binary)
            receipt = ""
            if call.receipt or self.reporter.receipts.due():
                receipt = self.reporter.receipts.make(call.id, moment, call.arrival.body, outputs.json + outputs.tail)
            body, length = form.answer(call.id, receipt, outputs, told(meetings, start, stop) if meetings else ())
            ready.append((call, Served(200, body, length if outputs.tail else None, receipt)))
            start = stop
        self.reporter.answered(calls, scored)
        for call, served in ready:
            call.done(served)

    def _late(self, call: Call) -> None:
        error = ModelTimeoutError("The caller's deadline passed before these rows were scored.")
        self.refuse(call.arrival, error, call.done)

    def _refused(self, calls: Sequence[Call], meetings: Sequence[Meeting]) -> None:
        if len(calls) > 1:  # others must not suffer: each is asked alone
            self._finish(calls, RefusedError("A guardrail refuses rows of this batch."))
            return
        self._guardrails.count(meetings)
        named = "; ".join(
            told([each for each in meetings if each.guardrail.action == "refuse"], 0, calls[0].rows.count)
        )
        self.refuse(calls[0].arrival, RefusedError(f"A guardrail of this deployment refuses: {named}."), calls[0].done)

    def close(self) -> None:
        """Let the threads go."""
        self._batches.close()
