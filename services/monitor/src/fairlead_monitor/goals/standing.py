"""A status that holds: what a look says must last before it changes anything, so a value on its line flaps nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fairlead_contracts.objectives import Goal, Status
from fairlead_contracts.operations.goals import Look

RANK: dict[Status, int] = {"unknown": 0, "passing": 1, "at risk": 2, "failing": 3}


@dataclass(frozen=True)
class Run:
    """Looks in a row on one side of the status: since when, and the newest of those nearest to the status."""

    since: datetime
    nearest: Look

    @property
    def rank(self) -> int:
        """How bad the nearest look is."""
        return RANK[self.nearest.status]


@dataclass(frozen=True)
class Standing:
    """A goal's status as the ledger has it, and the looks in a row that speak against it."""

    status: Status = "unknown"
    above: Run | None = None
    below: Run | None = None


def seen(standing: Standing, look: Look, now: datetime, goal: Goal) -> tuple[Standing, Look | None]:
    """What one more look makes of it: the new standing, and the look that its status is to change to, if any.

    Worse (or, from unknown, known) changes once every look for `worse_after_minutes` was above; better or unknown once
    every look for `better_after_minutes` was below. Of the looks in a row, the one nearest to the old status counts. A
    first passing counts at once.
    """
    at, rank = RANK[standing.status], RANK[look.status]
    above = below = None
    if rank > at:
        nearer = standing.above is None or rank <= standing.above.rank
        above = _longer(standing.above, look, now, nearer=nearer)
    if rank < at:
        nearer = standing.below is None or rank >= standing.below.rank
        below = _longer(standing.below, look, now, nearer=nearer)
    turned = Standing(standing.status, above, below)
    if above is not None and now - above.since >= _patience(goal, above):
        return turned, above.nearest
    if below is not None and now - below.since >= timedelta(minutes=goal.better_after_minutes):
        return turned, below.nearest
    return turned, None


def _patience(goal: Goal, above: Run) -> timedelta:
    known = above.nearest.status == "passing"
    return timedelta() if known else timedelta(minutes=goal.worse_after_minutes)


def _longer(run: Run | None, look: Look, now: datetime, *, nearer: bool) -> Run:
    since = now if run is None else run.since
    return Run(since, look if run is None or nearer else run.nearest)
