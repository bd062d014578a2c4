"""How the gateway asks replicas: kept connections, the least loaded first, another where that is safe."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from fairlead_contracts.errors import ModelFailedError, ModelTimeoutError, UnavailableError
from fairlead_contracts.routes import RouteReplica, RouteTable
from fairlead_gateway.inference import routes as routes_module
from fairlead_gateway.inference.admission import Admission, OverQuotaError
from fairlead_gateway.inference.routes import Routes
from fairlead_gateway.inference.upstream import Call, Upstreams

Say = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
DRAINS = b'{"error":"this replica is ending","code":"unavailable"}'


class Stub:
    """A server on a free port that says what it is told, and counts what came."""

    def __init__(self) -> None:
        self.connections, self.heads = 0, list[bytes]()
        self.say: Say = self.ok

    async def ok(self, _head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-a: b\r\nserver: s\r\n\r\nhi")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(
                    next(each for each in head.split(b"\r\n") if each.startswith(b"content-length")).split()[1]
                )
                await reader.readexactly(length)
                self.heads.append(head)
                await self.say(head, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def answering(status: int, body: bytes = b"", more: bytes = b"") -> Say:
    async def say(_head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 %d X\r\n%bcontent-length: %d\r\n\r\n%b" % (status, more, len(body), body))

    return say


async def breaking(_head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def half(_head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
    await writer.drain()
    writer.close()


class World:
    def __init__(self, stubs: list[Stub], ports: list[int]) -> None:
        self.stubs, self.routes = stubs, Routes()
        self.upstreams = Upstreams(self.routes)
        replicas = tuple(
            RouteReplica(
                replica=f"r-{port}", address=f"http://127.0.0.1:{port}", role="champion", revision=1,
                model="m", version=1,
            )
            for port in ports
        )  # fmt: skip
        table = RouteTable(project="p", deployment="d", fence=1, replicas=replicas)
        self.routes.take(table.model_dump_json().encode())

    async def ask(self, method: str = "POST", patience: float = 5.0, body: bytes = b"x") -> Any:
        call = Call(method, "d", "infer", body, {"x-request-id": "i"}, patience=patience)
        return await self.upstreams.ask("p", call)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """Two replicas."""
    stubs = [Stub(), Stub()]
    servers = [await asyncio.start_server(each.serve, "127.0.0.1", 0) for each in stubs]
    made = World(stubs, [each.sockets[0].getsockname()[1] for each in servers])
    async with asyncio.timeout(20), made.upstreams:
        yield made
    for each in servers:
        each.close()


async def test_answers_come_back_as_they_were_over_kept_connections(world: World) -> None:
    for _ in range(10):
        answer = await world.ask()
        assert (answer.status, answer.body, answer.headers) == (200, b"hi", [(b"x-a", b"b")])
    assert [each.connections for each in world.stubs] == [1, 1]
    assert [len(each.heads) for each in world.stubs] == [5, 5]


async def test_the_replica_hears_how_long_the_caller_still_waits(world: World) -> None:
    await world.ask(patience=3.0)
    [head] = [head for each in world.stubs for head in each.heads]
    told = int(head.split(b"fairlead-deadline-ms: ")[1].split(b"\r\n")[0])
    assert 0 < told <= 3_000


async def test_the_least_loaded_is_asked(world: World) -> None:
    go_on = asyncio.Event()

    async def slow(head: bytes, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        await world.stubs[0].ok(head, writer)

    first, second = world.stubs
    first.say = slow
    waiting = asyncio.create_task(world.ask())
    while not first.heads and not second.heads:
        await asyncio.sleep(0)
        if second.heads:
            break
    for _ in range(4):
        await world.ask()
    go_on.set()
    await waiting
    assert len(second.heads) >= 4


@pytest.mark.parametrize("say", [breaking, half, answering(503, DRAINS)])
async def test_another_replica_is_asked_where_one_ends(world: World, say: Say) -> None:
    world.stubs[0].say = say
    for _ in range(4):
        assert (await world.ask()).body == b"hi"


async def test_what_ends_two_replicas_is_not_given_to_a_third(world: World) -> None:
    for each in world.stubs:
        each.say = breaking
    with pytest.raises(ModelFailedError):
        await world.ask()


async def test_rows_that_end_replicas_over_kept_connections_end_two_as_well() -> None:
    stubs = [Stub(), Stub(), Stub()]
    servers = [await asyncio.start_server(each.serve, "127.0.0.1", 0) for each in stubs]
    world = World(stubs, [each.sockets[0].getsockname()[1] for each in servers])

    def ending(server: asyncio.Server) -> Say:
        async def say(_head: bytes, writer: asyncio.StreamWriter) -> None:
            server.close()
            writer.close()

        return say

    async with asyncio.timeout(20), world.upstreams:
        for _ in range(6):
            await world.ask()
        for stub, server in zip(stubs, servers, strict=True):
            stub.say = ending(server)
        with pytest.raises(ModelFailedError):
            await world.ask()
    assert sum(server.is_serving() for server in servers) == 1
    for server in servers:
        server.close()


async def test_a_503_of_scoring_is_the_answer(world: World) -> None:
    world.stubs[0].say = world.stubs[1].say = answering(503, b'{"error":"x","code":"model-failed"}')
    assert (await world.ask()).status == 503
    assert sum(len(each.heads) for each in world.stubs) == 1


async def test_a_kept_connection_that_had_ended_costs_no_request(world: World) -> None:
    async def once(head: bytes, writer: asyncio.StreamWriter) -> None:
        await world.stubs[0].ok(head, writer)
        await writer.drain()
        writer.close()

    world.stubs[0].say = world.stubs[1].say = once
    for _ in range(6):
        assert (await world.ask()).status == 200


async def test_nobody_waits_longer_than_the_caller(world: World) -> None:
    async def never(_head: bytes, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    for each in world.stubs:
        each.say = never
    with pytest.raises(ModelTimeoutError, match=r"0\.05 s"):
        await world.ask(patience=0.05)
    assert all(each.in_flight == 0 for each in world.routes.champions("p", "d"))


async def test_who_fails_is_asked_last_for_a_while_and_longer_each_time(world: World) -> None:
    [one, _] = world.routes.champions("p", "d")
    one.failed()
    first = one.out_until
    assert world.routes.champions("p", "d")[-1] is one
    one.failed()
    assert one.out_until > first
    one.answered(well=True)
    one.asked = -1
    assert world.routes.champions("p", "d")[0] is one
    for _ in range(routes_module.ERRORS):
        one.answered(well=False)
    assert world.routes.champions("p", "d")[-1] is one


async def test_a_head_answer_has_no_body_and_the_next_request_its_own(world: World) -> None:
    world.stubs[0].say = world.stubs[1].say = answering(200, b"", b"x-length: 5\r\n")
    assert (await world.ask("HEAD")).body == b""
    assert (await world.ask()).status == 200


async def test_a_full_replica_gets_no_more_and_all_full_is_told(world: World) -> None:
    one, other = world.routes.champions("p", "d")
    one.in_flight = routes_module.IN_FLIGHT
    for _ in range(3):
        await world.ask()
    assert sorted(len(each.heads) for each in world.stubs) == [0, 3]
    other.in_flight = routes_module.IN_FLIGHT
    with pytest.raises(UnavailableError, match="as many requests"):
        await world.ask()


def test_a_quota_is_its_projects_own_and_says_when_to_come_again() -> None:
    admission = Admission(100, {"small": 2.0, "none": 0.0})
    for _ in range(2):
        with admission.one("small"):
            pass
    with pytest.raises(OverQuotaError, match="2 requests a second") as caught, admission.one("small"):
        pass
    assert 0 < caught.value.after <= 0.5
    with admission.one("other"), admission.one("other"), admission.one("other"):
        pass
    with pytest.raises(OverQuotaError), admission.one("none"):
        pass


def test_too_many_at_once_are_shed_and_room_comes_back() -> None:
    admission = Admission(1, {})
    with admission.one("p"), pytest.raises(UnavailableError), admission.one("p"):
        pass
    with admission.one("p"):
        pass
