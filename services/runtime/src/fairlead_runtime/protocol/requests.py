"""A request's JSON, typed: what is not of this form is refused at its place."""

from typing import TypeVar

import msgspec
from fairlead_contracts.errors import FieldError, InvalidRequestError, MalformedBodyError

Body = TypeVar("Body")


class TensorParameters(msgspec.Struct, gc=False):
    """How a tensor's values come."""

    binary_data_size: int | None = None


class InputTensor(msgspec.Struct):
    """A tensor of a request; its data is read when its datatype is known."""

    name: str
    shape: list[int]
    datatype: str
    data: msgspec.Raw = msgspec.Raw()
    parameters: TensorParameters | None = None


class OutputParameters(msgspec.Struct, gc=False):
    """How an output is wanted."""

    binary_data: bool | None = None
    classification: int = 0


class WantedOutput(msgspec.Struct):
    """An output that the client names."""

    name: str
    parameters: OutputParameters | None = None


class Parameters(msgspec.Struct):
    """The parameters that Fairlead knows; others are left alone.

    `explain`: what each input adds to each score comes with the answer. `receipt`: a receipt does, whatever the rate.
    """

    event_time: str | list[str] | None = None
    row_ids: list[str] | None = None
    binary_data_output: bool = False
    explain: bool = False
    receipt: bool = False


class Request(msgspec.Struct):
    """An inference request."""

    inputs: list[InputTensor]
    id: str | None = None
    parameters: Parameters | None = None
    outputs: list[WantedOutput] = []


_DECODER = msgspec.json.Decoder(Request)


def decode(body: bytes | memoryview) -> Request:
    """The request in a body. Raises: MalformedBodyError, or InvalidRequestError naming the place."""
    return typed(_DECODER, body)


def typed(decoder: "msgspec.json.Decoder[Body]", body: bytes | memoryview) -> Body:
    """A body of a form of its own. Raises: as `decode`."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        detail, _, path = str(error).partition(" - at `$")
        pointer = path.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")
        raise invalid(pointer, detail) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedBodyError("The body is not JSON.") from None


def invalid(pointer: str, detail: str) -> InvalidRequestError:
    """An error at one place of the request."""
    return InvalidRequestError(f"{pointer or 'The body'}: {detail}", [FieldError(pointer=pointer, detail=detail)])
