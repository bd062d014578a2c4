"""Changes that take longer than a request: told so, done once, and their outcome kept for who asks again."""

import asyncio
from typing import Any

import pytest
from fairlead_chassis.dispatch.underway import UnderWay
from fairlead_contracts.errors import AlreadyExistsError, InvalidRequestError, RefusedError, UnderWayError
from fairlead_contracts.values import Message

KEY = ("user:ada", "an-id")
SHOWN = "what is shown once"


class Reply(Message):
    """A reply as changes have it."""

    number: int
    secret: str | None = None


class Slow:
    """Work that ends when it is let; it counts how often it was begun."""

    def __init__(self, outcome: Reply | Exception) -> None:
        self.outcome, self.begun, self.go = outcome, 0, asyncio.Event()
        self.started = asyncio.Event()

    async def work(self) -> Reply:
        self.begun += 1
        self.started.set()
        await self.go.wait()
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


async def ask(under_way: UnderWay, slow: Slow, request: str = "one", within: float | None = 0.0) -> Any:
    return await under_way.answered(KEY, request, slow.work, within)


async def test_work_that_takes_longer_is_told_goes_on_and_is_joined() -> None:
    under_way, slow = UnderWay(), Slow(Reply(number=7))
    for _ in range(3):
        with pytest.raises(UnderWayError):
            await ask(under_way, slow)
    slow.go.set()
    assert await ask(under_way, slow, within=None) == Reply(number=7)
    assert slow.begun == 1


async def test_a_refusal_that_came_late_is_the_outcome_too() -> None:
    under_way, slow = UnderWay(), Slow(RefusedError("no"))
    with pytest.raises(UnderWayError):
        await ask(under_way, slow)
    slow.go.set()
    with pytest.raises(RefusedError, match="no"):
        await ask(under_way, slow, within=None)


async def test_an_outcome_that_was_told_is_let_go_and_the_next_try_begins_anew() -> None:
    under_way, slow = UnderWay(), Slow(RefusedError("no"))
    slow.go.set()
    for _ in range(2):
        with pytest.raises(RefusedError):
            await ask(under_way, slow, within=None)
    assert slow.begun == 2


async def test_an_id_that_is_under_way_stands_for_its_request_alone() -> None:
    under_way, slow = UnderWay(), Slow(Reply(number=1))
    with pytest.raises(UnderWayError):
        await ask(under_way, slow)
    with pytest.raises(InvalidRequestError, match="another request"):
        await ask(under_way, slow, "another")
    slow.go.set()
    await under_way.drain(1.0)


async def test_a_secret_is_shown_to_who_asked_first_alone() -> None:
    under_way, slow = UnderWay(), Slow(Reply(number=1, secret=SHOWN))
    first = asyncio.create_task(ask(under_way, slow, within=None))
    second = asyncio.create_task(ask(under_way, slow, within=None))
    await slow.started.wait()
    slow.go.set()
    assert (await first).secret == SHOWN
    with pytest.raises(AlreadyExistsError, match="shown once"):
        await second


async def test_draining_lets_finish_what_nobody_waits_for() -> None:
    under_way, slow = UnderWay(), Slow(Reply(number=1))
    with pytest.raises(UnderWayError):
        await ask(under_way, slow)
    draining = asyncio.create_task(under_way.drain(10.0))
    await asyncio.sleep(0)
    slow.go.set()
    await draining
    assert await ask(under_way, slow) == Reply(number=1)
    assert slow.begun == 1
