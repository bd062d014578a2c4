"""What replicas send: profiles, predictions, receipts; and actuals. Each batch has a gap-free sequence."""

from typing import Literal

from pydantic import Field

from fairlead_contracts.evidence.receipts import BatchRoot
from fairlead_contracts.names import ModelName, Name, Number
from fairlead_contracts.operations.monitor import Actual
from fairlead_contracts.values import Message

Cell = float | int | bool | str | None


class Source(Message):
    """Which replica sent a batch, what it serves, and the batch's place: sequences start at 1 in each epoch."""

    project: Name
    deployment: Name
    revision: Number
    model: ModelName
    version: Number
    role: Literal["champion", "challenger"]
    replica: Name
    epoch: str
    sequence: int


class ProfilePart(Message):
    """Rows of one minute of event time: `minute` in minutes since 1970, `profile` in base64."""

    minute: int
    rows: int
    profile: str


class HealthPart(Message):
    """Requests of one minute of receipt time; `latency` is a latency histogram's bytes in base64."""

    minute: int
    requests: int
    rows: int
    client_errors: int
    server_errors: int
    latency: str


class ProfileBatch(Source):
    """What a replica scored since its last batch. `served`: rows answered since its start, this batch included."""

    served: int
    baseline: str
    """Digest of the baseline whose bins the profiles use."""
    profiles: tuple[ProfilePart, ...] = Field(max_length=64)
    health: tuple[HealthPart, ...] = ()


class PredictionBatch(Source):
    """Predictions that await their actuals, column by column. Times in microseconds since 1970."""

    ids: tuple[str, ...]
    rows: tuple[int, ...]
    times: tuple[int, ...]
    outputs: dict[str, tuple[Cell, ...]]


class ActualsBatch(Message):
    """Actuals of one deployment. `recorded`: microseconds since 1970; of two for one row, the later recorded counts."""

    project: Name
    deployment: Name
    recorded: int
    actuals: tuple[Actual, ...]


class ReceiptBatch(Source):
    """The leaf hashes of one batch of receipts (hex, in order), and their root, signed by the replica."""

    leaves: tuple[str, ...]
    batch: BatchRoot
