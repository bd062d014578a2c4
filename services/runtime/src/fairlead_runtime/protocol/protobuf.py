"""Inference over gRPC: its messages to requests and rows, scores to its messages. Typed and raw contents both ways."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from fairlead_chassis.grpc.messages import message
from fairlead_contracts.adapters import Explanation
from fairlead_contracts.bundle import Bundle
from fairlead_contracts.errors import FairleadError, MalformedBodyError
from google.protobuf.message import DecodeError

from fairlead_runtime.protocol.answers import error, explanation_tensors
from fairlead_runtime.protocol.cells import BINARY
from fairlead_runtime.protocol.outputs import Outputs, Scores, Wanted
from fairlead_runtime.protocol.requests import (
    InputTensor,
    OutputParameters,
    Parameters,
    Request,
    TensorParameters,
    WantedOutput,
    invalid,
)

_REQUEST, _RESPONSE = message("ModelInferRequest"), message("ModelInferResponse")
_CONTENTS = {
    "BOOL": "bool_contents", "INT8": "int_contents", "INT16": "int_contents", "INT32": "int_contents",
    "INT64": "int64_contents", "UINT8": "uint_contents", "UINT16": "uint_contents", "UINT32": "uint_contents",
    "UINT64": "uint64_contents", "FP32": "fp32_contents", "FP64": "fp64_contents", "BYTES": "bytes_contents",
}  # fmt: skip

_WIDE = {
    "bool_contents": "|u1", "int_contents": "<i8", "int64_contents": "<i8", "uint_contents": "<u8",
    "uint64_contents": "<u8", "fp32_contents": "<f4", "fp64_contents": "<f8",
}  # fmt: skip


def parsed(body: bytes, name: str) -> Any:
    """A message of this name. Raises: MalformedBodyError."""
    try:
        return message(name).FromString(body)
    except DecodeError:
        raise MalformedBodyError(f"The message is no {name} of the Open Inference Protocol.") from None


def decode(given: Any) -> tuple[Request, memoryview]:
    """A `ModelInferRequest` as a request whose values all follow it as raw bytes.

    Raises: InvalidRequestError for contents of another type, or both kinds of contents in one request.
    """
    raw = list(given.raw_input_contents)
    if raw and len(raw) != len(given.inputs):
        raise invalid("/raw_input_contents", f"{len(raw)} for {len(given.inputs)} inputs; give one for each, or none")
    if raw and any(each.HasField("contents") for each in given.inputs):
        raise invalid("/inputs", "give the values either in contents or in raw_input_contents")
    values = raw or [_raw(place, each) for place, each in enumerate(given.inputs)]
    inputs = [
        InputTensor(each.name, list(each.shape), each.datatype, parameters=TensorParameters(len(data)))
        for each, data in zip(given.inputs, values, strict=True)
    ]
    binary = bool(raw)
    outputs = [WantedOutput(each.name, _wanted(each.parameters)) for each in given.outputs]
    asked = Request(inputs, given.id or None, _parameters(given.parameters, binary=binary), outputs)
    return asked, memoryview(values[0] if len(values) == 1 else b"".join(values))


def _raw(place: int, tensor: Any) -> bytes:
    kind = _CONTENTS.get(tensor.datatype)
    if kind is None:
        raise invalid(f"/inputs/{place}/datatype", f"in contents there are {', '.join(_CONTENTS)}")
    others = [name for field, _ in tensor.contents.ListFields() if (name := field.name) != kind]
    if others:
        raise invalid(f"/inputs/{place}/contents", f"{tensor.datatype} goes as {kind}, not {', '.join(others)}")
    values = getattr(tensor.contents, kind)
    if tensor.datatype == "BYTES":
        return b"".join(len(each).to_bytes(4, "little") + each for each in values)
    array, wanted = np.array(values, dtype=_WIDE[kind]), np.dtype(BINARY[tensor.datatype])
    if wanted.kind in "iu" and tensor.datatype != "BOOL":
        bounds = np.iinfo(wanted)
        if array.size and (array.min() < bounds.min or array.max() > bounds.max):
            raise invalid(f"/inputs/{place}/contents", f"a number beyond {tensor.datatype}")
    return array.astype(wanted).tobytes()


def _parameters(given: Any, *, binary: bool) -> Parameters:
    times, ids = _listed(given, "event_time"), _listed(given, "row_ids")
    if isinstance(ids, str):
        ids = [ids]
    flags = {name: name in given and given[name].bool_param for name in ("explain", "receipt")}
    return Parameters(event_time=times, row_ids=ids, binary_data_output=binary, **flags)


def _listed(given: Any, name: str) -> str | list[str] | None:
    # A parameter of the protocol is one value; a list comes as its JSON.
    if name not in given:
        return None
    if given[name].WhichOneof("parameter_choice") != "string_param":
        raise invalid(f"/parameters/{name}", "a text, or a JSON list of texts as one")
    text: str = given[name].string_param
    if not text.startswith("["):
        return text
    try:
        return msgspec.json.decode(text, type=list[str])
    except (msgspec.DecodeError, RecursionError):
        raise invalid(f"/parameters/{name}", "not a JSON list of texts") from None


def _wanted(given: Any) -> OutputParameters | None:
    if "classification" not in given:
        return None
    return OutputParameters(classification=given["classification"].int64_param)


class ProtobufTemplate:
    """The answers of one replica as `ModelInferResponse`, in two parts that follow each other: around, and outputs."""

    def __init__(self, bundle: Bundle) -> None:
        plan = bundle.plan
        head = _RESPONSE(model_name=plan.deployment, model_version=str(plan.version))
        head.parameters["revision"].int64_param = plan.revision
        head.parameters["replica"].string_param = plan.replica
        head.parameters["model"].string_param = plan.model
        self._head: bytes = head.SerializeToString()

    def outputs(self, scores: Scores, start: int, stop: int, wanted: Sequence[Wanted]) -> Outputs:
        """The fields `outputs` and `raw_output_contents` as their bytes."""
        given = _RESPONSE()
        for each in wanted:
            datatype = scores.datatype(each.name)
            tensor = given.outputs.add(name=each.name, datatype=datatype, shape=[stop - start])
            if each.binary:
                given.raw_output_contents.append(scores.raw(each.name, start, stop))
            else:
                cells = scores.cells(each.name)[start:stop]
                values = [(cell or "").encode() for cell in cells] if datatype == "BYTES" else cells
                getattr(tensor.contents, _CONTENTS[datatype]).extend(values)
        return Outputs(given.SerializeToString())

    def explained(self, outputs: Outputs, explanation: Explanation, *, binary: bool) -> Outputs:
        """Two more tensors: `contributions` (rows, scores, inputs) and `bias` (rows, scores)."""
        given = _RESPONSE()
        for name, values in explanation_tensors(explanation):
            tensor = given.outputs.add(name=name, datatype="FP64", shape=values.shape)
            if binary:
                given.raw_output_contents.append(values.tobytes())
            else:
                tensor.contents.fp64_contents.extend(values.ravel().tolist())
        return Outputs(outputs.json + given.SerializeToString())

    def answer(self, id_: str, receipt: str, outputs: Outputs, warnings: Sequence[str] = ()) -> tuple[bytes, int]:
        """The message: fields of two messages of one kind, one after the other, are one message."""
        own = _RESPONSE(id=id_)
        if receipt:
            own.parameters["receipt"].string_param = receipt
        if warnings:
            own.parameters["guardrails"].string_param = msgspec.json.encode(list(warnings)).decode()
        body = self._head + own.SerializeToString() + outputs.json
        return body, len(body)

    def error(self, reason: FairleadError) -> bytes:
        """What a refusal says, for the status that goes back."""
        return error(reason.detail, reason.code)
