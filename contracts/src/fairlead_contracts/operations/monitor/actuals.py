"""The ground truth that arrives for predictions."""

from pydantic import Field

from fairlead_contracts.facts.telemetry import ActualsImported
from fairlead_contracts.names import Name
from fairlead_contracts.operations import REPORT_PATIENCE, Accepted, Kind, Operation
from fairlead_contracts.operations.monitor.period import DEPLOYMENT, ON, SERVICE
from fairlead_contracts.values import Instant, Message

Label = float | int | bool | str


class Actual(Message):
    """The ground truth of one predicted row: `id` is the prediction's, `row` its row (from 0).

    `time`: when it became known, else when it was received. Of several for one row the latest by that time counts.
    """

    id: str = Field(min_length=1, max_length=200)
    row: int = Field(default=0, ge=0, lt=2**31)
    value: Label
    time: Instant | None = None


class RecordActuals(Message):
    """Record a few actuals as they become known; of several for one row the one that became known last counts."""

    project: Name
    deployment: Name
    actuals: tuple[Actual, ...] = Field(min_length=1, max_length=1_000)


class RefusedActual(Message):
    """A row that cannot be taken: its place in the request, from 0, and why."""

    place: int
    reason: str


class CheckActuals(Message):
    """Check what would become of actuals, and change nothing."""

    project: Name
    deployment: Name
    actuals: tuple[Actual, ...] = Field(min_length=1, max_length=20_000)


class ActualsStanding(Message):
    """How actuals stand: `rows` can be taken, and are new, repeat what is known, correct it, or are older than it.

    `waiting`: ids that no prediction has here; their actuals are kept until it comes. `reused`: ids under which one row
    was predicted more than once; the actual counts for the earliest prediction. At most 20 ids of each are named.
    """

    rows: int
    new: int
    repeated: int
    corrected: int
    outdated: int
    waiting: int
    waiting_ids: tuple[str, ...]
    reused: int
    reused_ids: tuple[str, ...]


class ActualsChecked(ActualsStanding):
    """How actuals would stand, and those that cannot be taken."""

    refused: tuple[RefusedActual, ...]


class ActualsRecorded(Message):
    """How many actuals were taken in, and how they stand; None when that could not be asked at the moment."""

    rows: int
    checked: ActualsChecked | None = None


class ImportActuals(Message):
    """Import actuals in bulk; the ledger keeps their count and digest."""

    project: Name
    deployment: Name
    actuals: tuple[Actual, ...] = Field(min_length=1, max_length=20_000)


RECORD_ACTUALS = Operation(
    "record_actuals", "actuals:record", SERVICE, Kind.TELEMETRY, RecordActuals, ActualsRecorded,
    "POST", DEPLOYMENT + "/actuals", ON,
)  # fmt: skip
CHECK_ACTUALS = Operation(
    "check_actuals", "actuals:check", SERVICE, Kind.READ, CheckActuals, ActualsChecked,
    "POST", DEPLOYMENT + "/actuals/check", ON, patience=REPORT_PATIENCE,
)  # fmt: skip
IMPORT_ACTUALS = Operation(
    "import_actuals", "actuals:import", SERVICE, Kind.CHANGE, ImportActuals, Accepted[ActualsImported],
    "POST", DEPLOYMENT + "/actuals/import", ON, "monitor/{deployment}", (ActualsImported,),
)  # fmt: skip
