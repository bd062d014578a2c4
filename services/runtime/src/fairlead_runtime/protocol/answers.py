"""Whole answers: the head of what a replica serves, made once; errors as the protocol's clients read them."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
import numpy as np
from fairlead_contracts.adapters import Explanation
from fairlead_contracts.bundle import Bundle
from fairlead_contracts.errors import FairleadError

from fairlead_runtime.protocol.outputs import Outputs, Scores, Wanted

_ENCODER = msgspec.json.Encoder()


class Form(Protocol):
    """How the answers of one kind of client are written."""

    def outputs(self, scores: Scores, start: int, stop: int, wanted: Sequence[Wanted]) -> Outputs:
        """The outputs of some rows, as the bytes that the receipt is over."""
        ...

    def explained(self, outputs: Outputs, explanation: Explanation, *, binary: bool) -> Outputs:
        """The outputs with what each input adds to each score."""
        ...

    def answer(self, id_: str, receipt: str, outputs: Outputs, warnings: Sequence[str] = ()) -> tuple[bytes, int]:
        """The body of an answer around its outputs, and how long the part is that comes before raw bytes.

        An empty receipt is left out. `warnings`: what guardrails say of its rows.
        """
        ...

    def error(self, reason: FairleadError) -> bytes:
        """The body of a refusal."""
        ...


class AnswerTemplate:
    """The answers of one replica in the protocol's JSON, with all that never changes already written."""

    def __init__(self, bundle: Bundle) -> None:
        plan = bundle.plan
        self._start = b'{"model_name":%b,"model_version":"%d","id":' % (encode(plan.deployment), plan.version)
        fixed = {"revision": plan.revision, "replica": plan.replica, "model": plan.model}
        self._middle = b',"parameters":' + encode(fixed)[:-1]

    def outputs(self, scores: Scores, start: int, stop: int, wanted: Sequence[Wanted]) -> Outputs:
        """Tensors, each in JSON or as raw bytes."""
        return scores.cut(start, stop, wanted)

    def explained(self, outputs: Outputs, explanation: Explanation, *, binary: bool) -> Outputs:
        """Two more tensors: `contributions` (rows, scores, inputs) and `bias` (rows, scores)."""
        json, tail = outputs.json[:-1], outputs.tail
        for name, values in explanation_tensors(explanation):
            head = b'{"name":"%b","datatype":"FP64","shape":%b' % (name.encode(), encode(values.shape))
            if binary:
                json += b',%b,"parameters":{"binary_data_size":%d}}' % (head, values.nbytes)
                tail += values.tobytes()
            else:
                json += b',%b,"data":%b}' % (head, encode(values.ravel().tolist()))
        return Outputs(json + b"]", tail)

    def answer(self, id_: str, receipt: str, outputs: Outputs, warnings: Sequence[str] = ()) -> tuple[bytes, int]:
        """The body of an answer, and how long its JSON is: the outputs stand in it exactly as they were digested."""
        told = _receipt(receipt) + _warnings(warnings)
        json = b'%b%b%b%b},"outputs":%b}' % (self._start, encode(id_), self._middle, told, outputs.json)
        return json + outputs.tail, len(json)

    def error(self, reason: FairleadError) -> bytes:
        """A refusal."""
        return error(reason.detail, reason.code)


class PredictionsTemplate:
    """The answers of one replica as MLflow's clients read them: a list of values, or of records by output."""

    def __init__(self, bundle: Bundle) -> None:
        plan = bundle.plan
        fixed = {"model_name": plan.deployment, "model_version": str(plan.version), "revision": plan.revision}
        self._middle = b',"parameters":' + encode(fixed)[:-1]

    def outputs(self, scores: Scores, start: int, stop: int, wanted: Sequence[Wanted]) -> Outputs:
        """The predictions, row by row."""
        columns = [scores.cells(each.name)[start:stop] for each in wanted]
        if len(columns) == 1:
            return Outputs(_ENCODER.encode(columns[0]))
        names = [each.name for each in wanted]
        return Outputs(_ENCODER.encode([dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]))

    def explained(self, outputs: Outputs, explanation: Explanation, *, binary: bool) -> Outputs:
        """In each row's record, `contributions` by input and `bias`; lists where there are several scores."""
        rows = msgspec.json.decode(outputs.json)
        for place, row in enumerate(rows):
            values, bias = explanation.contributions[place], explanation.bias[place].tolist()
            each = values[0].tolist() if len(bias) == 1 else values.T.tolist()
            told = {"contributions": dict(zip(explanation.inputs, each, strict=True)), "bias": bias}
            if len(bias) == 1:
                told["bias"] = bias[0]
            rows[place] = {**(row if isinstance(row, dict) else {"prediction": row}), **told}
        return Outputs(_ENCODER.encode(rows))

    def answer(self, id_: str, receipt: str, outputs: Outputs, warnings: Sequence[str] = ()) -> tuple[bytes, int]:
        """The body of an answer."""
        body = b'{"predictions":%b%b,"id":%b%b}}' % (
            outputs.json,
            self._middle,
            encode(id_),
            _receipt(receipt) + _warnings(warnings),
        )
        return body, len(body)

    def error(self, reason: FairleadError) -> bytes:
        """A refusal, with MLflow's name of its kind."""
        kind = _MLFLOW.get(reason.status, "BAD_REQUEST" if reason.status < _SERVER else "INTERNAL_ERROR")
        return _ENCODER.encode({"error_code": kind, "message": reason.detail, "code": reason.code})


def explanation_tensors(explanation: Explanation) -> "list[tuple[str, np.ndarray[Any, Any]]]":
    """The tensors of an explanation by name, each as little-endian doubles."""
    given = (("contributions", explanation.contributions), ("bias", explanation.bias))
    return [(name, np.ascontiguousarray(values, dtype="<f8")) for name, values in given]


def _warnings(warnings: Sequence[str]) -> bytes:
    return b',"guardrails":%b' % encode(list(warnings)) if warnings else b""


def _receipt(receipt: str) -> bytes:
    return b',"receipt":"%b"' % receipt.encode() if receipt else b""


_SERVER = 500
_MLFLOW = {404: "ENDPOINT_NOT_FOUND", 429: "RESOURCE_EXHAUSTED", 503: "TEMPORARILY_UNAVAILABLE"}


def error(detail: str, code: str) -> bytes:
    """An error."""
    return _ENCODER.encode({"error": detail, "code": code})


def encode(value: Any) -> bytes:
    """Any JSON body."""
    return _ENCODER.encode(value)
