"""Facts that nobody asked for: what a service states at its own start, before any policy could allow it."""

from fairlead_contracts.evidence.canonical import canonical
from fairlead_contracts.facts import Fact
from fairlead_contracts.ledger import Decision, Envelope, ledger_subject
from fairlead_contracts.names import digest_of, subject_token, uuid7

from fairlead_chassis.chassis import Chassis
from fairlead_chassis.ledger.appending import SequenceConflict

RULE = "own start"
_WITHIN = 10.0


async def append_as_service(chassis: Chassis, fact: Fact, project: str, name: str) -> None:
    """Append a fact of the start, unless another copy was faster."""
    subject = ledger_subject(fact.kind, project, name)
    link = chassis.view.last(subject)
    envelope = Envelope(
        operation_id=uuid7(), operation="bootstrap", service=chassis.name, actor=f"service:{chassis.name}",
        project=project, kind=fact.kind, token=subject_token(name), facts=(fact.record(),),
        decision=Decision(allowed=True, revision=chassis.access.index.revision, rule=RULE),
        request=digest_of(canonical(fact.model_dump(mode="json"))), previous=link,
    )  # fmt: skip
    try:
        sequence = await chassis.ledger.append(subject, envelope.sealed(), link.sequence if link else 0)
    except SequenceConflict:
        sequence = await chassis.ledger.tail()
    await chassis.view.reach(sequence, _WITHIN)
