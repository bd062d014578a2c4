"""The door's patience: a client that dribbles, stalls or stays silent is let go, and everybody else never notices."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from fairlead_contracts.errors import RequestTimeoutError
from fairlead_gateway.http.patience import patient
from fairlead_gateway.http.protocol import Limits, speaking
from starlette.requests import ClientDisconnect

LIMITS = Limits(head=2_000, fields=10, head_within=0.3, idle=0.4, rest_within=0.3)
GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the body; at /early before it has come, at /slow only after a while."""
    body = b""
    while scope["path"] != "/early":
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    if scope["path"] == "/slow":
        await asyncio.sleep(0.2)
    names = b",".join(name for name, _ in scope["headers"])
    headers = [(b"content-length", str(len(body)).encode()), (b"names", names)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    config = uvicorn.Config(
        app, port=0, lifespan="off", log_config=None, http=speaking(LIMITS), ws="none", timeout_keep_alive=100
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    yield server.servers[0].sockets[0].getsockname()[1]
    await server.shutdown()


async def said(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """All that comes back until the door closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(5):
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        answer = await reader.read()
    writer.close()
    return answer


async def test_a_head_that_does_not_come_in_time_is_answered_so(port: int) -> None:
    assert b" 408 " in await said(port, b"GET / HTTP/1.1\r\nhost: x\r\nx-a: ")


async def test_a_head_that_dribbles_is_not_waited_for_any_longer(port: int) -> None:
    dribble = [GET[:-1], *(b"x" for _ in range(20))]
    with pytest.raises(ConnectionError):
        await said(port, *dribble, b"x" * 100_000, pause=0.05)


async def test_a_client_that_never_asks_is_let_go_without_a_word(port: int) -> None:
    assert await said(port) == b""


async def test_empty_lines_between_requests_keep_no_connection_open(port: int) -> None:
    answer = await said(port, GET, *(b"\r\n" for _ in range(4)), pause=0.05)
    assert answer.count(b"HTTP/1.1 200") == 1


async def test_what_follows_an_answered_request_is_read_for_a_while_only(port: int) -> None:
    answer = await said(port, b"POST /early HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n", b"abc", pause=0.05)
    assert answer.count(b"HTTP/1.1 200") == 1


async def test_requests_in_one_packet_are_answered_one_after_the_other(port: int) -> None:
    post = b"POST /slow HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\n"
    answer = await said(port, post + b"one" + post + b"two" + GET)
    assert answer.count(b"HTTP/1.1 200") == 3
    assert answer.index(b"\r\n\r\none") < answer.index(b"\r\n\r\ntwo")


@pytest.mark.parametrize("bad", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"])
async def test_a_bad_request_behind_a_good_one_takes_nothing_from_its_answer(port: int, bad: bytes) -> None:
    answer = await said(port, GET.replace(b"GET /", b"GET /slow") + bad)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1 ") == 1


async def test_fields_after_the_body_do_not_pose_as_headers(port: int) -> None:
    chunked = (
        b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nauthorization: other\r\n\r\n"
    )
    answer = await said(port, chunked)
    assert b"names: host,transfer-encoding\r\n" in answer


async def test_fields_after_the_body_are_limited_as_well(port: int) -> None:
    trailer = b"x-long: " + b"a" * 5_000 + b"\r\n\r\n"
    chunked = b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n" + trailer
    assert b" 431 " in await said(port, chunked)


@pytest.mark.parametrize("head", [b"x-long: " + b"a" * 2_000, b"\r\n".join(b"x-%d: a" % n for n in range(10))])
async def test_a_head_over_its_limits_is_refused(port: int, head: bytes) -> None:
    assert b" 431 " in await said(port, GET[:-2] + head + b"\r\n\r\n")


async def test_a_head_that_never_ends_is_not_kept(port: int) -> None:
    with pytest.raises(ConnectionError):
        await said(port, GET[:-2] + b"x-long: ", *(b"a" * 4_000 for _ in range(200)))


async def test_an_offer_of_another_protocol_is_answered_in_this_one_and_ends_the_connection(port: int) -> None:
    offer = GET[:-2] + b"connection: upgrade\r\nupgrade: h2c\r\n\r\n"
    answer = await said(port, offer + GET)
    assert answer.count(b"HTTP/1.1 200") == 1
    assert b"connection: close" in answer


async def test_a_body_that_stalls_is_given_up() -> None:
    async def never() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    with pytest.raises(RequestTimeoutError):
        await patient(never, grace=0.05)()


async def test_a_body_that_comes_slowly_but_well_is_waited_for() -> None:
    parts = [b"x" * 100] * 5

    async def slow() -> dict[str, Any]:
        await asyncio.sleep(0.04)
        return {"type": "http.request", "body": parts.pop(), "more_body": bool(parts)}

    receive = patient(slow, grace=0.1, slowest=1_000)
    assert [len((await receive())["body"]) for _ in range(5)] == [100] * 5


async def test_a_body_that_breaks_off_is_not_taken_for_whole() -> None:
    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(ClientDisconnect):
        await patient(gone)()
