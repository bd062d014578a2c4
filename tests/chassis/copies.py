"""A copy of a service in this process: real bus, real ledger, real view; asked as the gateway would ask it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from fairlead_chassis import settings
from fairlead_chassis.bus.connection import Bus
from fairlead_chassis.chassis import Chassis
from fairlead_chassis.dispatch import Dispatcher
from fairlead_chassis.run import assembled
from fairlead_chassis.service import Service
from fairlead_contracts.messages import AT_LEAST_HEADER, CALLER_HEADER, IF_MATCH_HEADER, OPERATION_ID_HEADER
from fairlead_contracts.operations import Operation
from pydantic import TypeAdapter

ADMIN = "user:admin"


class Copy:
    """One running copy of a service."""

    def __init__(self, chassis: Chassis, dispatcher: Dispatcher, following: "asyncio.Task[None]") -> None:
        self.chassis, self.dispatcher, self.following = chassis, dispatcher, following

    async def ask(
        self, operation: Operation[Any, Any], who: str = ADMIN, *, id_: str | None = None, match: str | None = None,
        at_least: int | None = None, **fields: Any,
    ) -> Any:  # fmt: skip
        """What this copy answers to a principal. Raises: the FairleadError that would go back."""
        headers = {CALLER_HEADER: who}
        given = {OPERATION_ID_HEADER: id_, IF_MATCH_HEADER: match, AT_LEAST_HEADER: at_least}
        headers |= {name: str(value) for name, value in given.items() if value is not None}
        body = TypeAdapter(dict[str, Any]).dump_json(fields)
        reply, _ = await self.dispatcher.answer(operation.name, "gateway", body, headers)
        return TypeAdapter(operation.reply).validate_json(reply)

    async def caught_up(self) -> None:
        """Wait until its view holds the whole ledger."""
        await self.chassis.view.reach(await self.chassis.ledger.tail(), 10.0)


@contextlib.asynccontextmanager
async def running(service: Service, server: Any, instance: str = "0", **further: Any) -> AsyncIterator[Copy]:
    """A copy of a service on a test's nats-server, from its first look at the ledger to its end."""
    given = settings.load(home=server.home, nats_url=server.url, instance=instance, min_free=0, **further)
    bus = await Bus.connect(server.url, server.keys.credentials(service.name), service.name)
    chassis, dispatcher = assembled(service, given, bus)
    await chassis.view.check(bus)
    following = asyncio.create_task(chassis.view.follow(bus))
    try:
        copy = Copy(chassis, dispatcher, following)
        await copy.caught_up()
        if service.before is not None:
            await service.before(chassis)
        yield copy
    finally:
        await _ended(following)
        await bus.client.close()
        chassis.view.db.close()


async def _ended(task: "asyncio.Task[None]") -> None:
    # Python 3.11's wait_for loses a cancellation that meets a message, so one is not always enough.
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.1)
