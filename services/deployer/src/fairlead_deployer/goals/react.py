"""What a missed goal asks of the deployer now: a pure function of the ledger's state and the time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from fairlead_contracts.facts.deployer import ResolvedVersion, RevisionCreated

from fairlead_deployer.goals.view import Asked, Made, Standing

COOLDOWN = timedelta(minutes=5)
"""Between two steps of scaling: what the last one did must be seen first."""
CALM = timedelta(minutes=30)
"""So long a goal passes before a replica is taken away again."""
_GROWTH = 1.5


@dataclass(frozen=True)
class Situation:
    """A deployment: its newest revision, whether that serves, what served before, and how its goals stand."""

    newest: RevisionCreated
    made: Made
    serves: bool
    completed: Sequence[RevisionCreated]
    blamed: frozenset[int]
    goals: Sequence[Standing]
    asked: Mapping[str, Asked]
    now: datetime


@dataclass(frozen=True)
class Back:
    """Go back to a revision, for a goal."""

    to: int
    missed: Standing


@dataclass(frozen=True)
class Ask:
    """Ask people whether to go back to a revision."""

    to: int
    missed: Standing


@dataclass(frozen=True)
class Scale:
    """Run with so many replicas."""

    replicas: int
    because: Standing


Step = Back | Ask | Scale


def react(situation: Situation) -> Step | None:
    """The one next step, if any. Once it is on the ledger, the same question has another answer.

    Going back needs an alert about the very revision that is the newest: an alert about an earlier one was answered by
    what came since. It never goes to a champion that a goal was missed on, so two bad versions are no seesaw.
    """
    if not situation.serves:
        return None
    to = last_good(situation)
    for each in situation.goals:
        if each.status != "failing" or each.revision != situation.newest.revision or to is None:
            continue
        if each.goal.action == "roll-back":
            return Back(to, each)
        if each.goal.action == "ask-approval":
            asked = situation.asked.get(each.goal.name)
            if asked is None or asked.alert != each.alert:
                return Ask(to, each)
            if asked.approved:
                return Back(asked.back_to, each)
    return _scaled(situation)


def last_good(situation: Situation) -> int | None:
    """The newest earlier revision that served, with a champion that no goal was missed on; None when there is none."""
    bad = {_champion(each) for each in situation.completed if each.revision in situation.blamed}
    bad.add(_champion(situation.newest))
    good = [
        each.revision
        for each in situation.completed
        if each.revision < situation.newest.revision and _champion(each) not in bad
    ]
    return max(good, default=None)


def held(situation: Situation) -> Standing | None:
    """The goal that keeps rollouts and alias moves waiting, if one does.

    A revision that was made after the alert is somebody's answer to it, and rolls out.
    """
    holding = [each for each in situation.goals if each.goal.action == "hold" and each.status == "failing"]
    return next((each for each in holding if situation.serves or situation.made.sequence < each.alert), None)


def _scaled(situation: Situation) -> Scale | None:
    goals = [(each, each.goal.scale) for each in situation.goals if each.goal.scale is not None]
    age, current = situation.now - situation.made.time, situation.newest.spec.replicas
    if not goals or current == 0:
        return None
    floor = max(bounds.min_replicas for _, bounds in goals)
    if current < floor:
        return Scale(floor, goals[0][0])
    for each, bounds in goals:
        if each.status == "failing" and current < bounds.max_replicas and age >= COOLDOWN:
            return Scale(min(bounds.max_replicas, max(current + 1, ceil(current * _GROWTH))), each)
    calm = all(each.status == "passing" and situation.now - each.since >= CALM for each, _ in goals)
    return Scale(current - 1, goals[0][0]) if calm and age >= CALM and current > floor else None


def _champion(revision: RevisionCreated) -> ResolvedVersion:
    return revision.champion
