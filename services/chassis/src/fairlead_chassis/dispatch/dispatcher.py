"""Every operation of one service, whoever asks."""

import inspect
import os
import time
from typing import Any

from fairlead_contracts.errors import UnavailableError
from fairlead_contracts.ledger import ledger_subject
from fairlead_contracts.messages import AT_LEAST_HEADER, CAUSE_HEADER, OPERATION_ID_HEADER, SEQUENCE_HEADER
from fairlead_contracts.names import GLOBAL
from fairlead_contracts.operations import Accepted, Operation
from pydantic import BaseModel

from fairlead_chassis.chassis import Chassis
from fairlead_chassis.dispatch.changes import Changes
from fairlead_chassis.dispatch.conditions import Headers, at_least
from fairlead_chassis.dispatch.permission import required
from fairlead_chassis.dispatch.requests import CATCH_UP, context_of, validated
from fairlead_chassis.dispatch.underway import ANSWERED_WITHIN
from fairlead_chassis.natsd.permissions import SERVICES
from fairlead_chassis.service import Change, Context, Read, Service


class Dispatcher:
    """Answers the operations of one service."""

    def __init__(self, service: Service, chassis: Chassis) -> None:
        self.service, self.chassis = service, chassis
        self.handlers = {each.operation.name: each for each in service.handlers}
        self._changes = Changes()

    async def answer(self, name: str, caller: str, body: bytes, headers: Headers) -> tuple[bytes, dict[str, str]]:
        """Answer one request of `caller`, the bus's user. Raises: the FairleadError that goes back."""
        handler = self.handlers[name]
        request = validated(handler.operation, body)
        context = context_of(self.chassis, handler.operation, request, caller, headers)
        await self._reach(headers)
        # Before the answer: a tag may be older than what it is for, which costs a retry, but never newer.
        state = self._etag(handler.operation, request)
        reply = await self._perform(handler, request, context, headers)
        sequence = reply.sequence if isinstance(reply, Accepted) else state
        return reply.model_dump_json().encode(), {SEQUENCE_HEADER: str(sequence)} if sequence else {}

    async def act(self, operation: Operation[Any, Any], request: BaseModel, cause: int | None = None) -> Any:
        """Perform a change as this service itself. Raises: the FairleadError."""
        headers = {CAUSE_HEADER: str(cause)} if cause is not None else {}
        headers |= {OPERATION_ID_HEADER: f"{self.service.name}-{time.time_ns()}-{os.getpid()}"}
        context = context_of(self.chassis, operation, request, self.service.name, headers)
        handler = self.handlers[operation.name]
        if not isinstance(handler, Change):
            raise TypeError(f"{operation.name} is no change")
        return await self._changes.perform(handler, request, context, headers)

    async def drain(self, patience: float) -> None:
        """Let finish the changes that take longer than a request, for so many seconds at most."""
        await self._changes.drain(patience)

    async def _reach(self, headers: Headers) -> None:
        asked, view = at_least(headers), self.chassis.view
        if asked > view.applied:
            end = await self.chassis.ledger.tail()
            if asked > end:  # nobody waits for what may never come
                raise UnavailableError(f"The ledger ends at {end}, before {AT_LEAST_HEADER}; retry.")
            await view.reach(asked, CATCH_UP)

    async def _perform(
        self, handler: Change | Read, request: BaseModel, context: Context, headers: Headers
    ) -> BaseModel:
        if isinstance(handler, Change):
            return await self._changes.perform(handler, request, context, headers, ANSWERED_WITHIN)
        await required(handler.operation, request, context)
        answer = handler.answer(request, self.chassis.part, context)
        return await answer if inspect.isawaitable(answer) else answer

    def _etag(self, operation: Operation[Any, Any], request: BaseModel) -> int:
        kind = operation.resource.partition(":")[0]
        name = getattr(request, kind, None)
        if not isinstance(name, str) or "{" not in operation.resource or kind not in SERVICES[self.service.name].kinds:
            return 0
        link = self.chassis.view.last(ledger_subject(kind, str(getattr(request, "project", GLOBAL)), name))
        return link.sequence if link else 0
