"""Facts: what an accepted change records. A fact type is never changed; a new version comes with an upcaster."""

from typing import Any, ClassVar

from fairlead_contracts.ledger import FactRecord
from fairlead_contracts.values import Message


class Fact(Message):
    """The base of all facts. `type` names it on the ledger, `kind` names the aggregate that it changes."""

    type: ClassVar[str]
    kind: ClassVar[str]
    v: ClassVar[int] = 1

    def record(self) -> FactRecord:
        """This fact as the ledger keeps it."""
        return FactRecord(type=self.type, v=self.v, data=self.model_dump(mode="json"))


class UnknownFactError(Exception):
    """The ledger holds a fact that this program does not know: it is older than what wrote the ledger."""

    def __init__(self, type_: str, v: int) -> None:
        super().__init__(f"unknown fact {type_!r} version {v}: this program is older than the ledger; update it")
        self.type = type_
        self.v = v


def read(record: FactRecord) -> Fact:
    """The fact in a ledger record, brought up to the newest version of its type.

    Raises: UnknownFactError for a type or version that this program does not know.
    """
    from fairlead_contracts.facts.catalogue import FACTS, UPCASTERS

    kind = FACTS.get(record.type)
    if kind is None:
        raise UnknownFactError(record.type, record.v)
    data: dict[str, Any] = record.data
    for version in range(record.v, kind.v):
        data = UPCASTERS[record.type, version](data)
    if record.v > kind.v:
        raise UnknownFactError(record.type, record.v)
    return kind.model_validate(data)
