"""Whole answers: the head of what a replica serves, made once; errors as the protocol's clients read them."""

from typing import Any

import msgspec
from fairlead_contracts.bundle import Bundle

from fairlead_runtime.protocol.outputs import Outputs

_ENCODER = msgspec.json.Encoder()


class AnswerTemplate:
    """The answers of one replica, with all that never changes already in JSON."""

    def __init__(self, bundle: Bundle) -> None:
        plan = bundle.plan
        self._start = b'{"model_name":%b,"model_version":"%d","id":' % (encode(plan.deployment), plan.version)
        fixed = {"revision": plan.revision, "replica": plan.replica, "model": plan.model}
        self._middle = b',"parameters":' + encode(fixed)[:-1] + b',"receipt":"'

    def answer(self, id_: str, receipt: str, outputs: Outputs) -> tuple[bytes, int]:
        """The body of an answer, and how long its JSON is: the outputs stand in it exactly as they were digested."""
        json = b'%b%b%b%b"},"outputs":%b}' % (self._start, encode(id_), self._middle, receipt.encode(), outputs.json)
        return json + outputs.tail, len(json)


def error(detail: str, code: str) -> bytes:
    """An error."""
    return _ENCODER.encode({"error": detail, "code": code})


def encode(value: Any) -> bytes:
    """Any JSON body."""
    return _ENCODER.encode(value)
