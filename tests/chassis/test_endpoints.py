"""Requests over the real bus: none is lost when a copy ends, a bug stays inside, and too many are told so."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from chassis.copies import ADMIN, Copy, running
from fairlead_access import reads
from fairlead_access.service import SERVICE
from fairlead_chassis.bus import endpoints as module
from fairlead_chassis.bus.connection import Bus
from fairlead_chassis.bus.endpoints import Endpoints
from fairlead_chassis.dispatch import Dispatcher
from fairlead_chassis.part import Part
from fairlead_chassis.service import Read, Service
from fairlead_contracts.errors import InternalError, TooLargeError, UnavailableError
from fairlead_contracts.messages import CALLER_HEADER
from fairlead_contracts.operations import access as ops

QUEUED = 20


class Held:
    """An answer to LIST_PROJECTS that is not given before `go`."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.first = asyncio.Event()
        self.taken = 0

    async def answer(self, request: Any, view: Part, context: Any) -> Any:
        self.taken += 1
        self.first.set()
        await self.go.wait()
        return reads.list_projects(request, view, context)


@pytest.fixture
async def access(bus_server: Any) -> AsyncIterator[Copy]:
    async with running(SERVICE, bus_server) as copy:
        yield copy


@pytest.fixture
async def gateway(bus_server: Any) -> AsyncIterator[Bus]:
    bus = await Bus.connect(bus_server.url, bus_server.keys.credentials("gateway"), "gateway")
    yield bus
    await bus.close()


async def listening(access: Copy, answer: Callable[..., Any]) -> Endpoints:
    service = Service(name="access", handlers=(Read(ops.LIST_PROJECTS, answer),), view=Part)
    endpoints = Endpoints(access.chassis.bus, Dispatcher(service, access.chassis))
    await endpoints.start()
    return endpoints


async def ask(gateway: Bus) -> Any:
    return await gateway.request(ops.LIST_PROJECTS, ops.ListProjects(), {CALLER_HEADER: ADMIN}, patience=10)


async def test_a_copy_that_drains_answers_all_that_reached_it_and_takes_no_more(access: Copy, gateway: Bus) -> None:
    held = Held()
    endpoints = await listening(access, held.answer)
    asked = [asyncio.create_task(ask(gateway)) for _ in range(QUEUED)]
    await held.first.wait()
    await gateway.client.flush()
    draining = asyncio.create_task(endpoints.drain())
    await asyncio.sleep(0)
    held.go.set()
    answers = await asyncio.gather(*asked)
    await draining
    assert held.taken == QUEUED
    assert all([each.name for each in answer.items] == ["default"] for answer in answers)
    with pytest.raises(UnavailableError, match="No copy"):
        await ask(gateway)


async def test_a_bug_is_hidden_from_the_caller_and_the_next_request_is_answered(access: Copy, gateway: Bus) -> None:
    fails = iter((True, False))

    def answer(request: Any, view: Part, context: Any) -> Any:
        if next(fails):
            raise RuntimeError("the secret is 42")
        return reads.list_projects(request, view, context)

    await listening(access, answer)
    with pytest.raises(InternalError) as caught:
        await ask(gateway)
    assert "42" not in str(caught.value.detail)
    assert len((await ask(gateway)).items) == 1


async def test_more_at_once_than_a_copy_bears_are_told_to_retry(
    access: Copy, gateway: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    held = Held()
    await listening(access, held.answer)
    asked = [asyncio.create_task(ask(gateway)) for _ in range(5)]
    done, _ = await asyncio.wait(asked, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    assert all("Too many" in str(each.exception()) for each in done)
    held.go.set()
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(each, UnavailableError) for each in outcomes) == 3


async def test_an_answer_too_large_for_the_bus_is_refused_with_what_to_do(access: Copy, gateway: Bus) -> None:
    def answer(_request: Any, _view: Part, _context: Any) -> Any:
        huge = ops.ProjectView.model_construct(name="x" * gateway.client.max_payload)
        return ops.ProjectList.model_construct(items=(huge,))

    await listening(access, answer)
    with pytest.raises(TooLargeError, match="coarser grain"):
        await ask(gateway)
