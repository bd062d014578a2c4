"""The Open Inference Protocol v2, as JSON: what the inference route takes and gives."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

WireDatatype = Literal[
    "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP32", "FP64", "BYTES"
]


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Tensor(_Wire):
    """A tensor: `data` flat or nested, row-major."""

    name: str
    shape: tuple[int, ...]
    datatype: WireDatatype
    parameters: dict[str, Any] = Field(default_factory=dict)
    data: list[Any]


class RequestedOutput(_Wire):
    """An output that is wanted, by name."""

    name: str
    parameters: dict[str, Any] = Field(default_factory=dict)


class InferRequest(_Wire):
    """Rows to score. Parameters: `event_time` (RFC 3339, one or one a row), `row_ids`."""

    id: str | None = Field(default=None, max_length=200)
    parameters: dict[str, Any] = Field(default_factory=dict)
    inputs: tuple[Tensor, ...]
    outputs: tuple[RequestedOutput, ...] = ()


class InferResponse(_Wire):
    """The answer. Parameters: `revision`, `replica`, `receipt` (its token)."""

    model_name: str
    model_version: str
    id: str
    parameters: dict[str, Any] = Field(default_factory=dict)
    outputs: tuple[Tensor, ...]
