"""What a service is: its handlers as a list, its background work; and what a handler is given."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fairlead_contracts.errors import ForbiddenError
from fairlead_contracts.facts import Fact
from fairlead_contracts.operations import Operation
from pydantic import BaseModel

from fairlead_chassis.chassis import Chassis
from fairlead_chassis.part import Part
from fairlead_chassis.policy.index import Decision

AnyOperation = Operation[Any, Any]


@dataclass(frozen=True)
class Unchanged:
    """Nothing to append: things are so already. The fact says how."""

    fact: Fact


@dataclass(frozen=True)
class Secret:
    """A fact with a secret that the first answer shows, and nothing keeps."""

    fact: Fact
    secret: str


Outcome = Fact | Unchanged | Secret


@dataclass(frozen=True)
class Change:
    """A change: `decide` is pure, and may run again; `prepare` is slow work before it, done once a request."""

    operation: AnyOperation
    decide: Callable[..., Outcome]
    prepare: Callable[..., Awaitable[Any]] | None = None


@dataclass(frozen=True)
class Read:
    """A read, or telemetry: answered from the view."""

    operation: AnyOperation
    answer: Callable[..., BaseModel | Awaitable[BaseModel]]


@dataclass(frozen=True)
class Service:
    """A service, whole."""

    name: str
    handlers: tuple[Change | Read, ...]
    view: type[Part]
    tasks: tuple[Callable[[Chassis], Coroutine[Any, Any, None]], ...] = ()
    own: Callable[[Chassis], Any] | None = None
    """What the service holds beside its view, made once; handlers and tasks find it as `chassis.own`."""
    before: Callable[[Chassis], Awaitable[None]] | None = None
    """What must be done before this service answers."""
    drains: bool = False
    """True where the tasks set `listening` once they serve, and end by themselves once `stopping` is set."""


@dataclass
class Context:
    """One request: who asks, about which project, when; and what its decision relied on."""

    chassis: Chassis
    operation: AnyOperation
    principal: str
    project: str
    operation_id: str
    request_id: str
    time: datetime
    cause: int | None = None
    prepared: Any = None
    relied_on: dict[str, int] = field(default_factory=dict)

    def may(self, action: str, resource: str, relations: Sequence[str] = ()) -> Decision:
        """What policy says of a further action of this principal."""
        return self.chassis.access.decide(self.principal, self.project, resource, action, relations)

    def require(self, action: str, resource: str, relations: Sequence[str] = ()) -> None:
        """Raises: ForbiddenError naming the missing permission."""
        decision = self.may(action, resource, relations)
        if not decision.allowed:
            raise ForbiddenError(decision.missing or "Policy does not allow this.")

    def rely_on(self, subject: str) -> None:
        """Note that the decision relied on another aggregate as it is now."""
        link = self.chassis.view.last(subject)
        self.relied_on[subject] = link.sequence if link else 0
