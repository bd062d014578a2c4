"""The ground truth that arrives for predictions."""

from pydantic import Field

from fairlead_contracts.facts.telemetry import ActualsImported
from fairlead_contracts.names import Name
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.operations.monitor.period import DEPLOYMENT, ON, SERVICE
from fairlead_contracts.values import Instant, Message

Label = float | int | bool | str


class Actual(Message):
    """The ground truth of one predicted row: `id` is the prediction's, `row` its row (from 0)."""

    id: str = Field(min_length=1, max_length=200)
    row: int = Field(default=0, ge=0, lt=2**31)
    value: Label
    time: Instant | None = None


class RecordActuals(Message):
    """Record a few actuals as they become known; the last one of a row counts."""

    project: Name
    deployment: Name
    actuals: tuple[Actual, ...] = Field(min_length=1, max_length=1_000)


class ActualsRecorded(Message):
    """How many actuals were taken in."""

    rows: int


class ImportActuals(Message):
    """Import actuals in bulk; the ledger keeps their count and digest."""

    project: Name
    deployment: Name
    actuals: tuple[Actual, ...] = Field(min_length=1, max_length=20_000)


RECORD_ACTUALS = Operation(
    "record_actuals", "actuals:record", SERVICE, Kind.TELEMETRY, RecordActuals, ActualsRecorded,
    "POST", DEPLOYMENT + "/actuals", ON,
)  # fmt: skip
IMPORT_ACTUALS = Operation(
    "import_actuals", "actuals:import", SERVICE, Kind.CHANGE, ImportActuals, Accepted[ActualsImported],
    "POST", DEPLOYMENT + "/actuals/import", ON, "monitor/{deployment}", (ActualsImported,),
)  # fmt: skip
