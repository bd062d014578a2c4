"""Refusals on the ledger: each one said, none said so often that the ledger drowns in it."""

import asyncio
from dataclasses import dataclass
from time import monotonic

import nats.errors
import structlog
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.facts.refusals import Refused
from fairlead_contracts.ledger import Envelope, refused_subject
from fairlead_contracts.messages import MESSAGE_ID_HEADER
from fairlead_contracts.names import uuid7
from nats.js import JetStreamContext
from nats.js.errors import APIError

log = structlog.get_logger()
A_SECOND, REPEATED_AFTER = 10, 60.0
"""Messages a second for one principal, and seconds in which the same refusal of the same thing is only counted."""
Key = tuple[str, ...]


@dataclass
class _Held:
    """What was not written yet: how many, and the newest of them."""

    count: int = 0
    envelope: Envelope | None = None
    fact: Refused | None = None


class Refusals:
    """Writes refusals. What is held back is counted, and the count is written when its time is over."""

    def __init__(self, js: JetStreamContext, service: str) -> None:
        self._js, self._service = js, service
        self._held: dict[Key, _Held] = {}
        self._used: dict[str, tuple[int, int]] = {}
        self._writing: set[asyncio.Task[None]] = set()

    async def record(self, envelope: Envelope, fact: Refused) -> None:
        """Write a refusal, or count it."""
        same = (envelope.actor, fact.operation, fact.resource, fact.code)
        if same in self._held:
            self._hold(same, envelope, fact)
        elif self._over(envelope.actor):
            self._hold((envelope.actor,), envelope, fact, within=1.0)
        else:
            self._held[same] = _Held()
            asyncio.get_running_loop().call_later(REPEATED_AFTER, self._due, same)
            await self._write(envelope, fact, 1, same)

    async def flush(self) -> None:
        """Write every count that is held back."""
        for key in tuple(self._held):
            self._due(key)
        await asyncio.gather(*self._writing)

    def _over(self, actor: str) -> bool:
        now = int(monotonic())
        second, used = self._used.get(actor, (now, 0))
        used = used + 1 if second == now else 1
        if len(self._used) > 1_000:
            self._used = {each: state for each, state in self._used.items() if state[0] == now}
        self._used[actor] = (now, used)
        return used > A_SECOND

    def _hold(self, key: Key, envelope: Envelope, fact: Refused, within: float | None = None) -> None:
        if key not in self._held:
            self._held[key] = _Held()
            asyncio.get_running_loop().call_later(within or REPEATED_AFTER, self._due, key)
        held = self._held[key]
        held.count, held.envelope, held.fact = held.count + fact.count, envelope, fact

    def _due(self, key: Key) -> None:
        held = self._held.pop(key, None)
        if held is None or held.envelope is None or held.fact is None:
            return
        task = asyncio.create_task(self._write(held.envelope, held.fact, held.count, key))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(self, envelope: Envelope, fact: Refused, count: int, key: Key) -> None:
        whole = fact.model_copy(update={"count": count})
        sealed = envelope.model_copy(update={"facts": (whole.record(),)}).sealed()
        headers = {MESSAGE_ID_HEADER: f"{self._service}:refused:{uuid7()}"}
        try:
            await self._js.publish(refused_subject(self._service), sealed.encode(), headers=headers)
        except (nats.errors.Error, APIError, TimeoutError, FairleadError) as error:
            log.warning("a refusal waits for the ledger", reason=type(error).__name__)
            self._hold(key, envelope, whole)
