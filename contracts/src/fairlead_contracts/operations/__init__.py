"""Operations: everything that can be asked of Fairlead, each declared once."""

import string
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from fairlead_contracts.facts import Fact
from fairlead_contracts.ledger import ledger_subject
from fairlead_contracts.names import EVERYWHERE, GLOBAL
from fairlead_contracts.values import Instant, Message

RequestT = TypeVar("RequestT", bound=BaseModel)
ReplyT = TypeVar("ReplyT", bound=BaseModel)
PATIENCE, REPORT_PATIENCE = 2.5, 30.0
"""Seconds for which a caller waits: for what a view answers at once, and for what is computed from much data."""
FactT = TypeVar("FactT", bound=Fact)


class Kind(StrEnum):
    """What an operation is: it changes the ledger, reads a view, carries telemetry or bytes, or predicts."""

    CHANGE = "change"
    READ = "read"
    TELEMETRY = "telemetry"
    INFERENCE = "inference"


class Accepted(Message, Generic[FactT]):
    """The reply to a change: its place on the ledger and the fact that it left."""

    sequence: int
    time: Instant
    operation_id: str
    fact: FactT
    changed: bool = True
    secret: str | None = None
    """Shown once, in the first answer only: a new token."""


@dataclass(frozen=True)
class Operation(Generic[RequestT, ReplyT]):
    """One declaration, from which subject, route, policy action, documents, client and command line come.

    `action` is `noun:verb`; `resource` and `aggregate` are templates over the request's fields. An aggregate is
    `kind/name`, in the request's project where it has one.
    """

    name: str
    action: str
    service: str
    kind: Kind
    request: type[RequestT]
    reply: type[ReplyT]
    method: str
    path: str
    resource: str
    aggregate: str | None = None
    facts: tuple[type[Fact], ...] = ()
    body: str = "json"
    """`json`, `binary` (a stream of bytes both ways) or `none`."""
    open: bool = field(default=False)
    """True where any authenticated principal may ask and the handler shows only what is theirs."""
    observed: bool = field(default=False)
    """True where the answer shows what is seen at the moment too, so that it can change while its ETag stays."""

    patience: float = PATIENCE
    """Seconds for which a caller on the bus waits for the answer."""

    @property
    def summary(self) -> str:
        """The first line of the request's docstring."""
        return (self.request.__doc__ or self.name).strip().splitlines()[0]

    @property
    def noun(self) -> str:
        """What it is about; the command's group."""
        return self.action.partition(":")[0]

    @property
    def verb(self) -> str:
        """What is done; the command's name."""
        return self.action.partition(":")[2]

    @property
    def path_fields(self) -> tuple[str, ...]:
        """The request's fields that stand in the path."""
        return tuple(name.split(":")[0] for _, name, _, _ in string.Formatter().parse(self.path) if name)

    def subject(self, caller: str) -> str:
        """Where the service listens: `op.{caller}.{service}.{operation}`."""
        return f"op.{caller}.{self.service}.{self.name}"

    def resource_of(self, request: BaseModel) -> str:
        """The policy object that this request is about."""
        return self.resource.format_map(_fields(request))

    def project_of(self, request: BaseModel) -> str:
        """The policy domain: the request's project, or everywhere for what belongs to none."""
        return str(getattr(request, "project", EVERYWHERE))

    def subject_of(self, request: BaseModel) -> str:
        """The ledger subject of the aggregate that this change is about."""
        if self.aggregate is None:
            raise TypeError(f"{self.name} changes no aggregate")
        kind, _, name = self.aggregate.partition("/")
        project = str(getattr(request, "project", EVERYWHERE))
        return ledger_subject(kind, GLOBAL if project == EVERYWHERE else project, name.format_map(_fields(request)))


def _fields(request: BaseModel) -> dict[str, Any]:
    return {name: getattr(request, name) for name in type(request).model_fields}
