"""Coverage: is everything that was served also counted?"""

from typing import Literal

from fairlead_contracts.operations import REPORT_PATIENCE, Kind, Operation
from fairlead_contracts.operations.monitor.period import DEPLOYMENT, ON, SERVICE, Period
from fairlead_contracts.values import Message

Reason = Literal[
    "unreadable", "another-replica", "unknown-replica", "another-deployment", "another-baseline", "damaged", "failed"
]
"""Why a message of telemetry was not counted: it has not the form of this version; a replica spoke for another; no such
replica was certified; it is about another deployment or version; its bins are not the version's; counts that cannot be;
it was sound and could not be added."""


class GetCoverage(Period):
    """Show rows served, counted and labelled, and name any gap."""


class Gap(Message):
    """Telemetry that is missing: sequence numbers of one kind from one start of a replica, both ends included."""

    kind: str
    replica: str
    epoch: str
    first: int
    last: int


class RefusedTelemetry(Message):
    """Messages under a replica's name that were not counted; dead letters keep them for four weeks."""

    replica: str
    kind: str
    reason: Reason
    messages: int


class Clock(Message):
    """A replica whose clock was ahead: by how many minutes at most. Its rows count under the minute they came in."""

    replica: str
    epoch: str
    ahead: int


class Shared(Message):
    """Two starts of one replica that sent at the same time: two processes under one name. Both are counted."""

    replica: str
    epochs: tuple[str, str]


class CoverageReport(Message):
    """Rows served by replicas, counted in profiles, kept as predictions, and labelled by actuals.

    `reused`: rows that were predicted more than once under one id; the earliest counts. `starts`: processes that sent.
    `waiting_ids`: the newest of the actuals that no prediction waits for; `reused_ids`: some ids of `reused`.
    At most 20 of each.
    """

    served: int
    counted: int
    predictions: int
    labelled: int
    unmatched_actuals: int
    gaps: tuple[Gap, ...]
    reused: int = 0
    starts: int = 0
    refused: tuple[RefusedTelemetry, ...] = ()
    clocks: tuple[Clock, ...] = ()
    shared: tuple[Shared, ...] = ()
    waiting_ids: tuple[str, ...] = ()
    reused_ids: tuple[str, ...] = ()


GET_COVERAGE = Operation(
    "get_coverage", "coverage:get", SERVICE, Kind.READ, GetCoverage, CoverageReport,
    "GET", DEPLOYMENT + "/coverage", ON, patience=REPORT_PATIENCE,
)  # fmt: skip
