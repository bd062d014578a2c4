"""Requests in their order, limits, timeouts, and an end that fails nothing that was taken."""

import asyncio
import re
import ssl
import subprocess
from pathlib import Path

import pytest
from fairlead_chassis.http.server import Server

from .conftest import Run, Told, socket

END = b"GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def post(path: str, body: bytes, *fields: str) -> bytes:
    head = "".join(f"{each}\r\n" for each in (f"POST {path} HTTP/1.1", "Host: a", *fields))
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


async def test_a_body_arrives_whole_by_length_and_in_chunks(run: Run) -> None:
    async with run() as running:
        chunks = (
            b"POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=1\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
        )
        await running.ask(post("/a", b"hello") + chunks + END)
        assert running.told.bodies == [b"hello", b"hello", b""]


@pytest.mark.parametrize("size", [0, 1, 70_000, 3_000_000])
async def test_a_large_answer_comes_back_as_a_large_body_went_in(size: int, run: Run) -> None:
    async with run() as running:
        answer = await running.ask(post("/a", b"x" * size, "Connection: close"))
        assert answer.partition(b"\r\n\r\n")[2] == b"/a " + b"x" * size
        assert running.server.buffered == 0


async def test_requests_that_come_at_once_are_answered_in_their_order(run: Run) -> None:
    async with run() as running:
        many = b"".join(post(f"/{number}", b"") for number in range(3_000))
        answer = await running.ask(many + END)
        bodies = [each.split(b" ")[0] for each in answer.split(b"\r\n\r\n")[1:]]
        assert [each.removesuffix(b"HTTP/1.1") for each in bodies[:3_000]] == [b"/%d" % n for n in range(3_000)]


async def test_a_later_request_waits_for_the_one_before_it(run: Run) -> None:
    async with run() as running:
        reader, writer = await running.open()
        writer.write(b"GET /later HTTP/1.1\r\nHost: a\r\n\r\n" + END)
        await running.told.arrived.wait()
        running.told.release()
        answer = await reader.read()
        writer.close()
        assert (statuses(answer), answer.index(b"late") < answer.index(b"/end")) == ([200, 200], True)


async def test_a_head_request_gets_no_body_but_its_length(run: Run) -> None:
    async with run() as running:
        answer = await running.ask(b"HEAD /abc HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert (b"content-length: 5\r\n" in answer, answer.endswith(b"\r\n\r\n")) == (True, True)


async def test_http_1_0_is_answered_once_and_closed(run: Run) -> None:
    async with run() as running:
        assert statuses(await running.ask(b"GET /a HTTP/1.0\r\n\r\n")) == [200]


async def test_who_offers_another_protocol_is_answered_in_this_one(run: Run) -> None:
    async with run() as running:
        offer = b"GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"
        assert statuses(await running.ask(offer + END)) == [200]


async def test_who_asks_whether_to_go_on_is_told_so_unless_refused(run: Run) -> None:
    async with run() as running:
        reader, writer = await running.open()
        writer.write(b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"ok")
        assert statuses(await reader.readuntil(b"ok")) == [200]
        writer.close()
        refused = b"POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        assert statuses(await running.ask(refused)) == [403]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 40_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X%d: a\r\n" % n for n in range(100)) + b"\r\n", 431),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + b"200\r\n" + b"a" * 512 + b"\r\n"
         + b"250\r\n" + b"a" * 592 + b"\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: a\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n", 400),
    ],
)  # fmt: skip
async def test_what_is_over_a_limit_is_refused_before_it_is_held(data: bytes, status: int, run: Run) -> None:
    async with run(body=1_000) as running:
        assert statuses(await running.ask(data)) == [status]
        assert (running.told.bodies, running.server.buffered) == ([], 0)


async def test_a_header_without_end_is_not_held_for_ever(run: Run) -> None:
    async with run() as running:
        reader, writer = await running.open()
        writer.write(b"GET / HTTP/1.1\r\nX: ")
        for _ in range(20):
            writer.write(b"a" * 65_536)
            await asyncio.sleep(0.001)
        assert statuses(await reader.readuntil(b"\r\n")) == [431]
        writer.close()


async def test_all_unfinished_bodies_together_have_a_limit(run: Run) -> None:
    async with run(buffered=1_000_000) as running:
        begun = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n" + b"a" * 800_000
        _, first = await running.open()
        first.write(begun)
        await first.drain()
        answer = await running.ask(begun)
        assert statuses(answer) == [503]
        first.close()


async def test_more_connections_than_it_takes_are_told_so(run: Run) -> None:
    async with run(connections=1) as running:
        _, first = await running.open()
        assert statuses(await running.ask(END)) == [503]
        first.close()


@pytest.mark.parametrize(
    ("begun", "answer"),
    [
        (b"", b""), (b"\r\n", b""), (b"GET / HTT", b"HTTP/1.1 408"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", b"HTTP/1.1 408"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel", b"HTTP/1.1 408"),
    ],
)  # fmt: skip
async def test_a_client_that_stops_halfway_is_let_go(begun: bytes, answer: bytes, run: Run) -> None:
    async with run(head_seconds=0.05, body_seconds=0.05, idle_seconds=0.05) as running:
        assert (await running.ask(begun))[:12] == answer
        assert running.told.bodies == []


async def test_a_client_that_sends_a_byte_now_and_then_is_let_go_too(run: Run) -> None:
    async with run(body_seconds=0.2, head_seconds=0.2) as running:
        reader, writer = await running.open()
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")

        async def drip() -> None:
            while not writer.is_closing():
                writer.write(b"a")
                await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        assert statuses(await asyncio.wait_for(reader.readuntil(b"\r\n"), 5)) == [408]
        dripping.cancel()
        writer.close()


async def test_a_client_that_leaves_its_answer_unread_is_let_go(run: Run) -> None:
    async with run(unread_seconds=0.05) as running:
        with socket.create_connection(("127.0.0.1", running.port)) as client:
            client.setblocking(False)
            await asyncio.get_running_loop().sock_sendall(client, post("/a", b"x" * 30_000_000))
            await asyncio.wait_for(running.server.empty(), 10)


async def test_a_client_that_says_all_and_waits_gets_its_answer(run: Run) -> None:
    async with run() as running:
        reader, writer = await running.open()
        writer.write(post("/later", b""))
        writer.write_eof()
        await running.told.arrived.wait()
        running.told.release()
        assert statuses(await reader.read()) == [200]
        writer.close()


async def test_an_answer_to_a_client_that_left_goes_nowhere(run: Run) -> None:
    async with run() as running:
        _, writer = await running.open()
        writer.write(post("/later", b""))
        await running.told.arrived.wait()
        writer.transport.abort()
        running.told.release()
        await asyncio.wait_for(running.server.empty(), 5)


async def test_the_end_waits_for_what_was_taken_and_for_nothing_else(run: Run) -> None:
    async with run() as running:
        idle, idle_writer = await running.open()
        reader, writer = await running.open()
        writer.write(post("/later", b""))
        await running.told.arrived.wait()
        draining = asyncio.create_task(running.server.drain(5))
        assert await idle.read() == b""
        running.told.release()
        assert b"connection: close\r\n" in await reader.read()
        await asyncio.wait_for(draining, 5)
        for each in (writer, idle_writer):
            each.close()


async def test_the_end_does_not_wait_for_ever(run: Run) -> None:
    async with run() as running:
        reader, writer = await running.open()
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
        await asyncio.sleep(0)
        await asyncio.wait_for(running.server.drain(0.05), 5)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A folder with the key and the certificate of `localhost`."""
    files = ("-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem"))
    command = ["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=localhost", *files]
    subprocess.run([*command, "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    return tmp_path


async def test_it_speaks_tls(certificate: Path) -> None:
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    client_side = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with Server(Told()).listening(listener, server_side):
            reader, writer = await asyncio.open_connection(
                "localhost", listener.getsockname()[1], ssl=client_side, server_hostname="localhost"
            )
            writer.write(END)
            assert statuses(await reader.read()) == [200]
            writer.close()
