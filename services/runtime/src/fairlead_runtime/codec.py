"""Open Inference Protocol v2 in JSON: requests to tables, tables to responses."""

from typing import Any

import msgspec
import numpy as np
from fairlead_contracts.adapters import Table
from fairlead_contracts.errors import FieldError, InvalidRequestError, MalformedBodyError


class InputTensor(msgspec.Struct):
    """A tensor of a request; its data is read when its datatype is known."""

    name: str
    shape: list[int]
    datatype: str
    data: msgspec.Raw


class WantedOutput(msgspec.Struct):
    """An output that the client names."""

    name: str


class Parameters(msgspec.Struct):
    """The parameters that Fairlead knows; others are left alone."""

    event_time: str | list[str] | None = None
    row_ids: list[str] | None = None


class Request(msgspec.Struct):
    """An inference request."""

    inputs: list[InputTensor]
    id: str | None = None
    parameters: Parameters | None = None
    outputs: list[WantedOutput] = []


class OutputTensor(msgspec.Struct):
    """A tensor of an answer."""

    name: str
    datatype: str
    shape: list[int]
    data: list[Any]


_DECODER = msgspec.json.Decoder(Request)
_ENCODER = msgspec.json.Encoder()


def decode(body: bytes) -> Request:
    """The request in a body. Raises: MalformedBodyError, or InvalidRequestError naming the place."""
    try:
        return _DECODER.decode(body)
    except msgspec.ValidationError as error:
        detail, _, path = str(error).partition(" - at `$")
        pointer = path.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")
        raise invalid(pointer, detail) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedBodyError("The body is not JSON.") from None


def invalid(pointer: str, detail: str) -> InvalidRequestError:
    """An error at one place of the request."""
    return InvalidRequestError(f"{pointer or 'The body'}: {detail}", [FieldError(pointer=pointer, detail=detail)])


def outputs_of(table: Table, wanted: list[WantedOutput]) -> bytes:
    """The `outputs` of an answer, as JSON. Raises: InvalidRequestError when a wanted output does not exist."""
    names = [each.name for each in wanted] or list(table)
    for place, name in enumerate(names):
        if name not in table:
            raise invalid(f"/outputs/{place}/name", f"the model gives {', '.join(table)}")
    return _ENCODER.encode([_tensor(name, np.asarray(table[name])) for name in names])


def _tensor(name: str, values: "np.ndarray[Any, Any]") -> OutputTensor:
    datatype = {"f": "FP64", "i": "INT64", "b": "BOOL"}.get(values.dtype.kind, "BYTES")
    return OutputTensor(name, datatype, [len(values)], values.tolist())


def response(head: dict[str, Any], outputs: bytes) -> bytes:
    """The answer: the head's fields, then the outputs exactly as they were digested."""
    return _ENCODER.encode(head)[:-1] + b',"outputs":' + outputs + b"}"


def error(detail: str, code: str) -> bytes:
    """An error as the protocol's clients read it."""
    return _ENCODER.encode({"error": detail, "code": code})


def encode(value: object) -> bytes:
    """Any JSON body."""
    return _ENCODER.encode(value)
