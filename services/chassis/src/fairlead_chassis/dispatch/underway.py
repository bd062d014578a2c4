"""Changes under way. One that takes long is answered so, goes on, and is joined by whoever asks again with its id."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from fairlead_contracts.errors import AlreadyExistsError, InvalidRequestError, UnavailableError, UnderWayError
from pydantic import BaseModel

ANSWERED_WITHIN = 2.0
"""Seconds: below what a caller on the bus waits, so that it hears of the work and does not have to guess."""
KEPT = 60.0
"""Seconds for which an outcome waits for the caller who was told that it was under way."""
AT_ONCE = 512
Begin = Callable[[], Coroutine[Any, Any, BaseModel]]


@dataclass
class _Work:
    request: str
    task: "asyncio.Task[BaseModel]"


class UnderWay:
    """What this copy is working on, by principal and operation id: each id stands for one request."""

    def __init__(self) -> None:
        self._works: dict[tuple[str, str], _Work] = {}

    async def answered(self, key: tuple[str, str], request: str, begin: Begin, within: float | None) -> BaseModel:
        """The reply to a change that is begun here, or joined where it is under way. `request` says what was asked.

        Raises: UnderWayError when it takes more seconds than `within`; InvalidRequestError when the id stands for
        another request; what the change raises.
        """
        work = self._works.get(key)
        joined = work is not None
        if work is None:
            work = self._begun(key, request, begin)
        elif work.request != request:
            raise used_already()
        await asyncio.wait((work.task,), timeout=within)
        if not work.task.done():
            raise UnderWayError("This takes longer and goes on; ask again with the same operation id.")
        self._forget(key, work)
        reply = work.task.result()
        if joined and getattr(reply, "secret", None) is not None:
            raise secret_shown()
        return reply

    async def drain(self, patience: float) -> None:
        """Let finish what was begun."""
        if tasks := [work.task for work in self._works.values()]:
            await asyncio.wait(tasks, timeout=patience)

    def _begun(self, key: tuple[str, str], request: str, begin: Begin) -> _Work:
        if len(self._works) >= AT_ONCE:
            raise UnavailableError("Too many changes at once; retry.")
        work = self._works[key] = _Work(request, asyncio.create_task(begin()))
        work.task.add_done_callback(lambda _: self._finished(key, work))
        return work

    def _finished(self, key: tuple[str, str], work: _Work) -> None:
        if not work.task.cancelled():
            work.task.exception()  # seen, also when nobody asks again
        asyncio.get_running_loop().call_later(KEPT, self._forget, key, work)

    def _forget(self, key: tuple[str, str], work: _Work) -> None:
        if self._works.get(key) is work:
            del self._works[key]


def used_already() -> InvalidRequestError:
    """An operation id stands for one request, for as long as it is remembered."""
    return InvalidRequestError("This operation id was used for another request; take a new one.")


def secret_shown() -> AlreadyExistsError:
    """A secret is shown to the first who asks, and kept by nobody."""
    return AlreadyExistsError("This operation made a secret, which was shown once. Make a new one.")
