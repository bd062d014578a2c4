"""A change, from who may make it to its place on the ledger; decided again for as long as others come first."""

import asyncio
from weakref import WeakValueDictionary

from fairlead_contracts.errors import (
    AlreadyExistsError,
    ConflictError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    OutcomeUnknownError,
    RefusedError,
    UnavailableError,
)
from fairlead_contracts.facts import read
from fairlead_contracts.ledger import Envelope, Link
from pydantic import BaseModel

from fairlead_chassis.chassis import Chassis
from fairlead_chassis.dispatch.conditions import Headers, require_match
from fairlead_chassis.dispatch.permission import required
from fairlead_chassis.dispatch.records import accepted, envelope, refuse
from fairlead_chassis.dispatch.requests import CATCH_UP, digest
from fairlead_chassis.dispatch.underway import UnderWay, secret_shown, used_already
from fairlead_chassis.ledger.appending import SequenceConflict
from fairlead_chassis.policy.index import Decision
from fairlead_chassis.service import Change, Context, Outcome, Secret, Unchanged

TRIES = 10
STALE_AFTER = 5.0
_RECORDED = (RefusedError, AlreadyExistsError, NotFoundError, ForbiddenError)
_DOMAIN_REFUSALS = (*_RECORDED, InvalidRequestError)


class Changes:
    """Performs the changes of one service; those of one aggregate queue for each other."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._under_way = UnderWay()

    async def perform(
        self, handler: Change, request: BaseModel, context: Context, headers: Headers, within: float | None = None
    ) -> BaseModel:
        """The reply, once the change is on the ledger and in the view.

        Raises: UnderWayError when that takes more seconds than `within`; the FairleadError that goes back.
        """
        asked = f"{handler.operation.name} {digest(request)}"
        key = (context.principal, context.operation_id)
        return await self._under_way.answered(
            key, asked, lambda: self._allowed(handler, request, context, headers), within
        )

    async def drain(self, patience: float) -> None:
        """Let finish what was begun, for so many seconds at most."""
        await self._under_way.drain(patience)

    async def _allowed(self, handler: Change, request: BaseModel, context: Context, headers: Headers) -> BaseModel:
        if first := await _first_answer(handler, request, context):
            return first
        _require_writable(context.chassis)
        decision = await required(handler.operation, request, context)
        return await self._performed(handler, request, context, headers, decision)

    async def _performed(
        self, handler: Change, request: BaseModel, context: Context, headers: Headers, decision: Decision
    ) -> BaseModel:
        try:
            await _prepare(handler, request, context)
            async with self._locks.setdefault(handler.operation.subject_of(request), asyncio.Lock()):
                return await _decided(handler, request, context, headers, decision)
        except _RECORDED as error:
            await refuse(handler.operation, request, context, error)
            raise


async def _decided(
    handler: Change, request: BaseModel, context: Context, headers: Headers, decision: Decision
) -> BaseModel:
    refused = False
    for _ in range(TRIES):
        # Another try of this very operation may have come through since.
        if first := await _first_answer(handler, request, context):
            return first
        link = context.chassis.view.last(handler.operation.subject_of(request))
        require_match(headers, link.sequence if link else 0)
        context.relied_on.clear()
        try:
            outcome = handler.decide(request, context.chassis.part, context)
        except _DOMAIN_REFUSALS:
            # From a view that lags a refusal is not fenced by the ledger: it is decided once more at its end.
            if refused or not await context.chassis.catch_up(CATCH_UP):
                raise
            refused = True
            continue
        try:
            return await _appended(handler, request, context, outcome, (decision, link))
        except SequenceConflict:
            await context.chassis.view.reach(await context.chassis.ledger.tail(), CATCH_UP)
    raise ConflictError("Others keep changing this object at the same time; read it again and retry.")


async def _appended(
    handler: Change, request: BaseModel, context: Context, outcome: Outcome, grounds: tuple[Decision, Link | None]
) -> BaseModel:
    """The reply to what was decided on these grounds. Raises: SequenceConflict when another change came first."""
    decision, link = grounds
    expected = link.sequence if link else 0
    if isinstance(outcome, Unchanged):
        return accepted(handler.operation, context, expected, outcome.fact, changed=False)
    fact = outcome.fact if isinstance(outcome, Secret) else outcome
    subject = handler.operation.subject_of(request)
    _, kind, project, token = subject.split(".")
    written = envelope((kind, project, token), request, context, fact, decision)
    before = context.chassis.view.applied
    sequence = await context.chassis.ledger.append(
        subject, written.model_copy(update={"previous": link}).sealed(), expected
    )
    await _reached(context.chassis, sequence, before)
    secret = outcome.secret if isinstance(outcome, Secret) else None
    return accepted(handler.operation, context, sequence, fact, secret=secret)


async def _first_answer(handler: Change, request: BaseModel, context: Context) -> BaseModel | None:
    done = context.chassis.view.operation(context.principal, context.operation_id)
    if done is None:
        return None
    if done.request != digest(request) or done.operation != handler.operation.name:
        raise used_already()
    message = await context.chassis.ledger.message(done.sequence)
    fact = read(Envelope.model_validate_json(message).facts[0])
    if "secret_hash" in type(fact).model_fields:
        raise secret_shown()
    return accepted(handler.operation, context, done.sequence, fact, time=done.time)


async def _prepare(handler: Change, request: BaseModel, context: Context) -> None:
    if handler.prepare is None:
        return
    try:
        context.prepared = await handler.prepare(request, context.chassis.part, context)
    except NotFoundError:
        if not await context.chassis.catch_up(CATCH_UP):
            raise
        context.prepared = await handler.prepare(request, context.chassis.part, context)


def _require_writable(chassis: Chassis) -> None:
    chassis.disk.require_free()
    if not chassis.bus.client.is_connected or chassis.view.lag() > STALE_AFTER:
        raise UnavailableError("This copy has not heard from the ledger for a while; retry.")
    if not chassis.view.follows(chassis.bus):
        raise UnavailableError("This copy looks whether the ledger is still the same one; retry.")


async def _reached(chassis: Chassis, sequence: int, before: int) -> None:
    if sequence <= before:
        chassis.view.broken(f"the ledger gave a change the number {sequence}, and {before} was applied before")
        raise OutcomeUnknownError("The ledger is not the one that this copy follows; its log says more.")
    try:
        await chassis.view.reach(sequence, CATCH_UP)
    except UnavailableError:
        raise OutcomeUnknownError(f"The change is on the ledger at {sequence}, and not in this view yet.") from None
