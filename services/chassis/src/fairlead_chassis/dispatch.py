"""From a request's bytes to its answer: validate, decide who may, decide what follows, append, answer."""

import asyncio
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from fairlead_contracts.errors import (
    AlreadyExistsError,
    ConflictError,
    FairleadError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    OutcomeUnknownError,
    RefusedError,
    StaleError,
    UnavailableError,
)
from fairlead_contracts.evidence.canonical import NotCanonicalError, canonical
from fairlead_contracts.facts import Fact, read
from fairlead_contracts.facts.refusals import Refused
from fairlead_contracts.ledger import Decision as Recorded
from fairlead_contracts.ledger import Envelope, ledger_subject
from fairlead_contracts.messages import (
    AT_LEAST_HEADER,
    CALLER_HEADER,
    CAUSE_HEADER,
    IF_MATCH_HEADER,
    LEDGER,
    OPERATION_ID_HEADER,
    REQUEST_ID_HEADER,
    SEQUENCE_HEADER,
)
from fairlead_contracts.names import EVERYWHERE, GLOBAL, digest_of, uuid7
from fairlead_contracts.operations import Accepted, Operation
from fairlead_contracts.values import now
from pydantic import BaseModel, TypeAdapter, ValidationError

from fairlead_chassis.bodies import parsed
from fairlead_chassis.ledger import SequenceConflict
from fairlead_chassis.policy.index import Decision
from fairlead_chassis.service import Change, Context, Part, Read, Secret, Service, Unchanged

if TYPE_CHECKING:
    from fairlead_chassis.run import Chassis

TRIES = 10
CATCH_UP = 5.0
STALE_AFTER = 5.0
TRUSTED_CALLER = "gateway"
_DOMAIN_REFUSALS = (RefusedError, AlreadyExistsError, NotFoundError, ForbiddenError, InvalidRequestError)
_RECORDED = (RefusedError, AlreadyExistsError, NotFoundError, ForbiddenError)
Headers = Mapping[str, str]


class Dispatcher:
    """Answers the operations of one service."""

    def __init__(self, service: Service, chassis: "Chassis") -> None:
        self.service, self.chassis = service, chassis
        self.handlers = {each.operation.name: each for each in service.handlers}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def answer(self, name: str, caller: str, body: bytes, headers: Headers) -> tuple[bytes, dict[str, str]]:
        """Answer one request of `caller`, the bus's user. Raises: the FairleadError that goes back."""
        handler = self.handlers[name]
        request = _validated(handler.operation, body)
        context = self.context(handler.operation, request, caller, headers)
        reply = await self.perform(handler, request, context, headers)
        sequence = reply.sequence if isinstance(reply, Accepted) else self._etag(handler.operation, request)
        return reply.model_dump_json().encode(), {SEQUENCE_HEADER: str(sequence)} if sequence else {}

    async def perform(
        self, handler: Change | Read, request: BaseModel, context: Context, headers: Headers
    ) -> BaseModel:
        """A validated request, performed. Raises: the FairleadError that goes back."""
        if at_least := headers.get(AT_LEAST_HEADER):
            await self.chassis.view.reach(_number(at_least, AT_LEAST_HEADER), CATCH_UP)
        if isinstance(handler, Read):
            await self._allowed(handler.operation, request, context)
            answer = handler.answer(request, self.chassis.part, context)
            return await answer if inspect.isawaitable(answer) else answer
        return await self._change(handler, request, context, headers)

    async def _change(self, handler: Change, request: BaseModel, context: Context, headers: Headers) -> BaseModel:
        digest = _digest(request)
        if first := await self._seen(handler, context, digest):
            return first
        await self._writable()
        try:
            decision = await self._allowed(handler.operation, request, context)
            await self._prepare(handler, request, context)
            subject = handler.operation.subject_of(request)
            async with self._locks.setdefault(subject, asyncio.Lock()):
                return await self._decided(handler, request, context, headers, decision)
        except _RECORDED as error:
            await self._record(handler.operation, request, context, error)
            raise

    async def _decided(
        self, handler: Change, request: BaseModel, context: Context, headers: Headers, decision: Decision
    ) -> BaseModel:
        view, subject = self.chassis.view, handler.operation.subject_of(request)
        refused = False
        for _ in range(TRIES):
            # Another try of this very operation may have come through since.
            if first := await self._seen(handler, context, _digest(request)):
                return first
            link = view.last(subject)
            _check_match(headers.get(IF_MATCH_HEADER), link.sequence if link else 0)
            context.relied_on.clear()
            try:
                outcome = handler.decide(request, self.chassis.part, context)
            except _DOMAIN_REFUSALS:
                # From a view that lags a refusal is not fenced by the ledger: it is decided once more at its end.
                if refused or not await self._catch_up():
                    raise
                refused = True
                continue
            if isinstance(outcome, Unchanged):
                return self._accepted(
                    handler.operation, context, link.sequence if link else 0, outcome.fact, changed=False
                )
            fact = outcome.fact if isinstance(outcome, Secret) else outcome
            envelope = self._envelope(handler.operation, request, context, fact, decision)
            envelope = envelope.model_copy(update={"previous": link}).sealed()
            try:
                sequence = await self.chassis.ledger.append(subject, envelope, link.sequence if link else 0)
            except SequenceConflict:
                await view.reach(await self.chassis.ledger.tail(), CATCH_UP)
                continue
            await self._reached(sequence)
            secret = outcome.secret if isinstance(outcome, Secret) else None
            return self._accepted(handler.operation, context, sequence, fact, secret=secret)
        raise ConflictError("Others keep changing this object at the same time; read it again and retry.")

    async def _prepare(self, handler: Change, request: BaseModel, context: Context) -> None:
        if handler.prepare is None:
            return
        try:
            context.prepared = await handler.prepare(request, self.chassis.part, context)
        except NotFoundError:
            if not await self._catch_up():
                raise
            context.prepared = await handler.prepare(request, self.chassis.part, context)

    async def _catch_up(self) -> bool:
        before, tail = self.chassis.view.applied, await self.chassis.ledger.tail()
        await self.chassis.view.reach(tail, CATCH_UP)
        return self.chassis.view.applied > before or tail > before

    async def _reached(self, sequence: int) -> None:
        try:
            await self.chassis.view.reach(sequence, CATCH_UP)
        except UnavailableError:
            raise OutcomeUnknownError(f"The change is on the ledger at {sequence}, and not in this view yet.") from None

    async def _allowed(self, operation: Operation[Any, Any], request: BaseModel, context: Context) -> Decision:
        decision = self._policy(operation, request, context)
        if decision.allowed or operation.open:
            return decision
        if await self._catch_up():
            decision = self._policy(operation, request, context)
            if decision.allowed:
                return decision
        if context.project != EVERYWHERE and not self.chassis.access.knows(context.principal, context.project):
            raise NotFoundError(f"There is no project {context.project} that you may know of.")
        raise ForbiddenError(decision.missing or "Policy does not allow this.")

    def _policy(self, operation: Operation[Any, Any], request: BaseModel, context: Context) -> Decision:
        part: Part = self.chassis.part
        relations = part.relations(operation, request, context.principal)
        resource = operation.resource_of(request)
        return self.chassis.access.decide(context.principal, context.project, resource, operation.action, relations)

    async def _seen(self, handler: Change, context: Context, digest: str) -> BaseModel | None:
        done = self.chassis.view.operation(context.principal, context.operation_id)
        if done is None:
            return None
        if done.request != digest or done.operation != handler.operation.name:
            raise InvalidRequestError("This operation id was used for another request; take a new one.")
        message = await self.chassis.bus.js.get_msg(LEDGER, done.sequence)
        fact = read(Envelope.model_validate_json(message.data or b"").facts[0])
        if "secret_hash" in type(fact).model_fields:
            raise AlreadyExistsError("This operation made a secret, which was shown once. Make a new one.")
        return self._accepted(handler.operation, context, done.sequence, fact, time=done.time)

    async def _writable(self) -> None:
        self.chassis.disk.require_free()
        if self.chassis.view.lag() > STALE_AFTER:
            raise UnavailableError("This copy has not heard from the ledger for a while; retry.")

    async def _record(
        self, operation: Operation[Any, Any], request: BaseModel, context: Context, error: FairleadError
    ) -> None:
        resource = operation.resource_of(request)[:300]
        fact = Refused(operation=operation.name, resource=resource, code=error.code, reason=error.detail[:1000])
        decision = Decision(False, error.code, self.chassis.access.index.revision)
        envelope = self._envelope(operation, request, context, fact, decision)
        envelope = envelope.model_copy(update={"kind": "refused", "token": self.service.name})
        await self.chassis.ledger.refuse(envelope, fact.model_dump())

    def _envelope(
        self, operation: Operation[Any, Any], request: BaseModel, context: Context, fact: Fact, decision: Decision
    ) -> Envelope:
        _, kind, project, token = operation.subject_of(request).split(".")
        recorded = Recorded(allowed=decision.allowed, revision=decision.revision, rule=decision.rule)
        return Envelope(
            operation_id=context.operation_id, operation=operation.name, service=self.service.name,
            actor=context.principal, project=project, kind=kind, token=token, facts=(fact.record(),), decision=recorded,
            relied_on=tuple(sorted(context.relied_on.items())), cause=context.cause, request=_digest(request),
        )  # fmt: skip

    def _accepted(
        self, operation: Operation[Any, Any], context: Context, sequence: int, fact: Fact, **more: Any
    ) -> BaseModel:
        done = self.chassis.view.operation(context.principal, context.operation_id)
        said = {"sequence": sequence, "time": done.time if done else context.time, "operation_id": context.operation_id}
        given = {name: value for name, value in more.items() if value is not None}
        reply: BaseModel = TypeAdapter(operation.reply).validate_python({**said, "fact": fact, **given})
        return reply

    def context(self, operation: Operation[Any, Any], request: BaseModel, caller: str, headers: Headers) -> Context:
        """Who asks, and what goes along. Only the gateway may name another principal."""
        principal = f"service:{caller}"
        if caller == TRUSTED_CALLER and CALLER_HEADER in headers:
            principal = headers[CALLER_HEADER]
        cause = headers.get(CAUSE_HEADER)
        return Context(
            chassis=self.chassis, operation=operation, principal=principal, project=operation.project_of(request),
            operation_id=_operation_id(headers), request_id=headers.get(REQUEST_ID_HEADER) or uuid7(), time=now(),
            cause=int(cause) if cause and cause.isdigit() else None,
        )  # fmt: skip

    def _etag(self, operation: Operation[Any, Any], request: BaseModel) -> int:
        kind = operation.resource.partition(":")[0]
        name = getattr(request, kind, None)
        if not isinstance(name, str) or "{" not in operation.resource:
            return 0
        link = self.chassis.view.last(ledger_subject(kind, str(getattr(request, "project", GLOBAL)), name))
        return link.sequence if link else 0


def _validated(operation: Operation[Any, Any], body: bytes) -> BaseModel:
    try:
        request: BaseModel = operation.request.model_validate(parsed(body))
    except ValidationError as error:
        raise InvalidRequestError.at(place for place in error.errors()) from None
    return request


def _digest(request: BaseModel) -> str:
    text = request.model_dump_json()
    try:
        return digest_of(canonical(text))
    except NotCanonicalError as error:
        raise InvalidRequestError(f"The request holds text that cannot be written: {error.reason}.") from None


def _operation_id(headers: Headers) -> str:
    given = headers.get(OPERATION_ID_HEADER)
    if given is None:
        return uuid7()
    if not 1 <= len(given) <= 128 or not all(c.isascii() and (c.isalnum() or c in "._:-") for c in given):
        raise InvalidRequestError("An operation id has 1 to 128 of the characters A-Z a-z 0-9 . _ : -")
    return given


def _number(text: str, name: str) -> int:
    if not text.isdigit() or len(text) > 18:
        raise InvalidRequestError(f"{name} is a ledger sequence, a whole number.")
    return int(text)


def _check_match(asked: str | None, sequence: int) -> None:
    if asked is not None and asked not in ("*", str(sequence)):
        raise StaleError("The object changed since you read it (If-Match); read it again.")
