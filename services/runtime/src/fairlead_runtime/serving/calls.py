"""A call: one request on its way through the model, with all that its answer and its telemetry need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fairlead_runtime.protocol.answers import Form
from fairlead_runtime.protocol.outputs import Wanted
from fairlead_runtime.protocol.rows import Rows


@dataclass(slots=True)
class Served:
    """An answer: its status, its body, and how long the JSON at its beginning is when raw bytes follow."""

    status: int
    body: bytes
    json_length: int | None = None
    receipt: str = ""


Done = Callable[[Served], None]


@dataclass(slots=True)
class Arrival:
    """What came in, and when. `body`: the very bytes. `received`: microseconds since 1970; `began`: ns, monotonic.

    `form`: how its answer is written.
    """

    body: bytes
    request_id: str | None
    received: int
    began: int
    form: Form
    due: int = 0
    """When its caller stops waiting, on the clock of `began`; 0: never."""


@dataclass(slots=True)
class Call:
    """One request that is ready for the model."""

    arrival: Arrival
    rows: Rows
    id: str
    times: list[int]
    own_ids: Sequence[str] | None
    wanted: list[Wanted]
    done: Done
    alone: bool = False
    """Not to be batched: it was in a batch that failed, or is to be explained."""
    explain: bool = False
    receipt: bool = False
