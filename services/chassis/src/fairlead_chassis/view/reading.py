"""Telling a change that a service of Fairlead accepted from anything else that came onto the ledger.

nats-server lets each service publish its own kinds of facts only, by subject. What a message then says of itself must
fit that subject, or whoever holds one service's key could speak for another. It is a function of the message alone, so
every view comes to the same answer.
"""

from collections.abc import Mapping

from fairlead_contracts.evidence.log import fits_digest
from fairlead_contracts.facts import Fact, read
from fairlead_contracts.ledger import ENVELOPE_VERSION, Entry, Envelope, body_hash, refused_subject
from pydantic import ValidationError
from pydantic_core import from_json

from fairlead_chassis.bus.follow import RawMessage
from fairlead_chassis.natsd.permissions import SERVICES

_OWNERS: Mapping[str, str] = {kind: name for name, grant in SERVICES.items() for kind in grant.kinds}


class ForeignError(Exception):
    """A message that no service of Fairlead writes; it says why."""


class NewerError(Exception):
    """A message of a newer Fairlead than this one."""


def understood(message: RawMessage) -> tuple[Entry, list[Fact]]:
    """The change in a message, and its facts.

    Raises: ForeignError when it is none; NewerError or UnknownFactError when a newer Fairlead wrote it.
    """
    envelope = _envelope(message)
    if not fits_digest(envelope.digest, message.data):
        raise ForeignError("it does not fit its own digest")
    if message.subject != _subject(envelope):
        raise ForeignError("it is on another subject than it says")
    if envelope.kind != "refused" and _OWNERS.get(envelope.kind) != envelope.service:
        raise ForeignError("its service does not decide facts of this kind")
    entry = Entry.model_construct(
        sequence=message.sequence, time=message.time, subject=message.subject, hash=body_hash(message.data),
        envelope=envelope, body=message.data,
    )  # fmt: skip
    return entry, _facts(envelope)


def _envelope(message: RawMessage) -> Envelope:
    try:
        return Envelope.model_validate_json(message.data)
    except ValidationError:
        if _version(message.data) > ENVELOPE_VERSION:
            raise NewerError("its form is newer than this program: update it") from None
        raise ForeignError("it has not the form of a change") from None


def _version(data: bytes) -> int:
    try:
        stated = from_json(data)["v"]
    except (ValueError, TypeError, KeyError):
        return 0
    return stated if isinstance(stated, int) else 0


def _subject(envelope: Envelope) -> str:
    if envelope.kind == "refused":
        return refused_subject(envelope.service)
    return f"ledger.{envelope.kind}.{envelope.project}.{envelope.token}"


def _facts(envelope: Envelope) -> list[Fact]:
    try:
        facts = [read(record) for record in envelope.facts]
    except ValidationError:
        raise ForeignError("a fact in it has not the form of its type") from None
    if not facts or any(fact.kind != envelope.kind for fact in facts):
        raise ForeignError("its facts are not of its kind")
    return facts
