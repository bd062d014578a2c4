"""From a fact to what people should know of it: pure."""

from dataclasses import dataclass
from typing import Literal

from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.deployer import DeploymentDeleted, RolloutEnded
from fairlead_contracts.facts.goals import GoalJudged, GoalRemoved, GoalSet
from fairlead_contracts.facts.reactions import ReactionAsked, ReactionDecided
from fairlead_contracts.ledger import Entry
from fairlead_contracts.notifiers import Event, Severity

Missed: tuple[str, ...] = ("failing", "at risk")


@dataclass(frozen=True)
class Known:
    """What the view knows beside the fact: how severe the goal is, and which incidents of the deployment are open."""

    severity: Severity = "critical"
    open: frozenset[str] = frozenset()


def events_of(fact: Fact, entry: Entry, known: Known) -> list[Event]:
    """What a fact tells; nothing where nobody needs to know."""
    match fact:
        case GoalJudged():
            return _judged(fact, entry, known)
        case GoalSet():
            return _ended(entry, known, fact.deployment, [f"goal/{fact.goal.name}"], "was declared anew")
        case GoalRemoved():
            return _ended(entry, known, fact.deployment, [f"goal/{fact.goal}"], "was removed")
        case DeploymentDeleted():
            return _ended(entry, known, fact.deployment, sorted(known.open), "ended with its deployment")
        case ReactionAsked():
            title = f"{fact.deployment}: approval is asked"
            detail = (
                f"Goal {fact.goal} is missed on revision {fact.revision}. Go back to revision {fact.back_to}? "
                f"`fairlead reaction decide {fact.deployment} {fact.goal} --approved` agrees."
            )
            made = _event(entry, "approval", f"approval/{fact.goal}", fact.deployment, title, detail)
            return [made.model_copy(update={"severity": "critical"})]
        case ReactionDecided():
            said = "was given" if fact.approved else "was declined"
            return _ended(entry, known, fact.deployment, [f"approval/{fact.goal}"], said, fact.comment)
        case RolloutEnded(outcome="failed"):
            title = f"{fact.deployment}: revision {fact.revision} did not roll out"
            made = _event(entry, "rollout", "rollout", fact.deployment, title, fact.detail or "Nothing else is known.")
            return [made.model_copy(update={"severity": "critical"})]
        case RolloutEnded():
            return _ended(entry, known, fact.deployment, ["rollout"], f"went on: revision {fact.revision} serves")
    return []


def _judged(fact: GoalJudged, entry: Entry, known: Known) -> list[Event]:
    incident = f"goal/{fact.goal}"
    title = f"{fact.deployment}: goal {fact.goal} is {fact.status}"
    made = _event(entry, "goal", incident, fact.deployment, title, fact.reason)
    if fact.status == "failing":
        return [made.model_copy(update={"severity": known.severity})]
    if fact.status == "at risk":
        return [made.model_copy(update={"severity": "warning"})]
    if fact.status == "unknown":
        blind = incident in known.open
        return [
            made.model_copy(update={"severity": "warning" if blind else "info", "status": "open" if blind else "told"})
        ]
    return [made.model_copy(update={"severity": "info", "status": "resolved" if incident in known.open else "told"})]


def _ended(
    entry: Entry, known: Known, deployment: str, incidents: list[str], how: str, why: str = ""
) -> list[Event]:  # fmt: skip
    # Whoever was told of a trouble is told that it is none any more, also when nobody repaired anything.
    ended = [each for each in incidents if each in known.open]
    return [
        _event(entry, _kind(each), each, deployment, f"{deployment}: {each.replace('/', ' ')} {how}", why).model_copy(
            update={"severity": "info", "status": "resolved"}
        )
        for each in ended
    ]


def _kind(incident: str) -> Literal["goal", "approval", "rollout"]:
    kind = incident.partition("/")[0]
    return "goal" if kind == "goal" else "approval" if kind == "approval" else "rollout"


def _event(
    entry: Entry, kind: Literal["goal", "approval", "rollout"], incident: str, deployment: str, title: str, detail: str
) -> Event:  # fmt: skip
    return Event(
        sequence=entry.sequence, kind=kind, incident=incident, deployment=deployment, status="open",
        severity="warning", title=title, detail=detail[:1_000], time=entry.time,
    )  # fmt: skip
