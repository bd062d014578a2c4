"""The one message that an accepted change leaves on the ledger."""

import hashlib
from datetime import datetime
from typing import Any

from pydantic import Field

from fairlead_contracts.evidence.canonical import canonical
from fairlead_contracts.names import Digest, digest_of, subject_token
from fairlead_contracts.values import Message

ENVELOPE_VERSION = 1
LIMIT = 64 * 1024
"""Bytes of one ledger message at most; what is larger goes to the object store by digest."""


class FactRecord(Message):
    """A fact as the ledger keeps it: its type, the version of that type, and its data."""

    type: str
    v: int
    data: dict[str, Any]


class Decision(Message):
    """What policy said, by which rule, at which revision (a ledger sequence)."""

    allowed: bool
    revision: int
    rule: str


class Link(Message):
    """The aggregate's previous message: its ledger sequence and the SHA-256 of its bytes."""

    sequence: int
    hash: Digest


class Envelope(Message):
    """One accepted change: who did what, the facts, why policy allowed it, and what it builds on."""

    v: int = ENVELOPE_VERSION
    operation_id: str
    operation: str
    service: str
    actor: str
    project: str
    kind: str
    token: str
    facts: tuple[FactRecord, ...]
    decision: Decision
    relied_on: tuple[tuple[str, int], ...] = ()
    cause: int | None = None
    request: Digest = Field(description="SHA-256 over the canonical request, so a reused operation id is noticed")
    previous: Link | None = None
    digest: str = ""

    def sealed(self) -> "Envelope":
        """This envelope with `digest` over all its other fields."""
        body = self.model_dump(mode="json", exclude={"digest"})
        return self.model_copy(update={"digest": digest_of(canonical(body))})

    def encode(self) -> bytes:
        """The canonical bytes (RFC 8785) that are appended."""
        return canonical(self.model_dump(mode="json"))


class Entry(Message):
    """An envelope with what the stream added, its place and its time; `body` is the message, byte for byte."""

    sequence: int
    time: datetime
    subject: str
    hash: Digest
    envelope: Envelope
    body: bytes = Field(repr=False, exclude=True)


def ledger_subject(kind: str, project: str, name: str) -> str:
    """The subject of an aggregate: `ledger.{kind}.{project}.{token}`."""
    return f"ledger.{kind}.{project}.{subject_token(name)}"


def refused_subject(service: str) -> str:
    """Where a service records what it refused to an authenticated principal."""
    return f"ledger.refused.{service}"


def body_hash(body: bytes) -> str:
    """The hash by which an aggregate's next message names this one."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"
