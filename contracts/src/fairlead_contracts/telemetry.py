"""What replicas send: profiles, predictions, receipts; and actuals. Each batch has a gap-free sequence."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fairlead_contracts.evidence.receipts import BatchRoot
from fairlead_contracts.names import ModelName, Name, Number
from fairlead_contracts.operations.monitor import Actual
from fairlead_contracts.values import Message

Cell = float | int | bool | str | None
Count = Annotated[int, Field(ge=0, le=2**40)]
"""How many, in one batch: no replica scores more than this between two of them."""
Minute = Annotated[int, Field(ge=0, le=2**31)]
"""Minutes since 1970."""
Moment = Annotated[int, Field(ge=0, le=2**53)]
"""Microseconds since 1970."""


class Source(Message):
    """Which replica sent a batch, what it serves, and the batch's place: sequences start at 1 in each epoch."""

    project: Name
    deployment: Name
    revision: Number
    model: ModelName
    version: Number
    role: Literal["champion", "challenger"]
    replica: Name
    epoch: str = Field(min_length=1, max_length=64)
    sequence: int = Field(ge=1, le=2**53)


class ProfilePart(Message):
    """Rows of one minute of event time, `profile` in base64. `segment`: `attribute=value`, or empty for all rows."""

    minute: Minute
    rows: Count
    profile: str
    segment: str = Field(default="", max_length=300)


class HealthPart(Message):
    """Requests of one minute of receipt time; `latency` is a latency histogram's bytes in base64."""

    minute: Minute
    requests: Count
    rows: Count
    client_errors: Count
    server_errors: Count
    latency: str


class ProfileBatch(Source):
    """What a replica scored since its last batch. `served`: rows answered since its start, this batch included."""

    served: int = Field(ge=0, le=2**53)
    baseline: str
    """Digest of the baseline whose bins the profiles use."""
    profiles: tuple[ProfilePart, ...] = Field(max_length=64)
    health: tuple[HealthPart, ...] = ()
    guardrails: dict[str, Count] = Field(default_factory=dict, max_length=100)
    """Rows that a guardrail met, by `rule:action`."""


class PredictionBatch(Source):
    """Predictions that await their actuals, column by column, one item a row in each."""

    ids: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...]
    rows: tuple[Annotated[int, Field(ge=0, lt=2**31)], ...]
    times: tuple[Moment, ...]
    outputs: dict[str, tuple[Cell, ...]] = Field(min_length=1)

    @model_validator(mode="after")
    def _columns_are_of_one_length(self) -> Self:
        if len({len(self.ids), len(self.rows), len(self.times), *map(len, self.outputs.values())}) > 1:
            raise ValueError("the columns are of different lengths")
        return self


class ActualsBatch(Message):
    """Actuals of one deployment. Of two for one row the later recorded counts; in one batch, the later in it."""

    project: Name
    deployment: Name
    recorded: Moment
    first: int = Field(default=0, ge=0)
    """How many actuals of the same record came in batches before this one."""
    actuals: tuple[Actual, ...]


class ReceiptBatch(Source):
    """The leaf hashes of one batch of receipts (hex, in order), and their root, signed by the replica."""

    leaves: tuple[str, ...]
    batch: BatchRoot
