"""A request that parsers could read in two ways is refused, and its connection ends; nothing of it is handled."""

import re

import pytest

from .conftest import Run

POST = "POST /x HTTP/1.1\r\nHost: a\r\n"
CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n"
HOSTILE = {
    "a length beside chunks": POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks beside a length": POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": POST + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "one length twice": POST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "a list of lengths": POST + "Content-Length: 5, 5\r\n\r\nhello",
    "a length with a plus": POST + "Content-Length: +5\r\n\r\nhello",
    "a negative length": POST + "Content-Length: -5\r\n\r\nhello",
    "a length in hex": POST + "Content-Length: 0x5\r\n\r\nhello",
    "a length beyond 64 bits": POST + "Content-Length: 99999999999999999999\r\n\r\nhello",
    "a length with an underscore": POST + "Content_Length: 3\r\nContent-Length: 5\r\n\r\nhello",
    "an unknown transfer encoding": POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks that are not the last encoding": POST + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "chunks twice": POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "packed chunks": POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunks after a vertical tab": POST + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "chunks in HTTP/1.0": "POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a space before the colon": POST + "Content-Length : 5\r\n\r\nhello",
    "a folded header": POST + "Content-Length: 5\r\nX: a\r\n b\r\n\r\nhello",
    "a space before the first header": "POST /x HTTP/1.1\r\n Host: a\r\nContent-Length: 5\r\n\r\nhello",
    "bare line feeds": "POST /x HTTP/1.1\nHost: a\nContent-Length: 5\n\nhello",
    "a bare carriage return": POST + "X: a\rY: b\r\nContent-Length: 5\r\n\r\nhello",
    "a null": POST + "X: a\0b\r\nContent-Length: 5\r\n\r\nhello",
    "no host": "POST /x HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
    "two hosts": POST + "Host: b\r\nContent-Length: 5\r\n\r\nhello",
    "a chunk size with a prefix": CHUNKED + "0x5\r\nhello\r\n0\r\n\r\n",
    "a chunk size beyond 64 bits": CHUNKED + "10000000000000005\r\nhello\r\n0\r\n\r\n",
    "chunks with bare line feeds": CHUNKED + "5\nhello\n0\n\n",
    "a line feed in a chunk extension": CHUNKED + "5;a\nb\r\nhello\r\n0\r\n\r\n",
    "a chunk longer than it says": CHUNKED + "5\r\nhelloXX0\r\n\r\n",
    "a length after the chunks": CHUNKED + "5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n",
    "trailers": CHUNKED + "5\r\nhello\r\n0\r\nX-Y: 9\r\n\r\n",
    "HTTP/1.2": "POST /x HTTP/1.2\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "a tab after the method": "POST\t/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "a method that is none": "PO(ST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "a header without a name": POST + ": a\r\nContent-Length: 5\r\n\r\nhello",
    "another protocol": POST + "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\nhello",
    "a whole address": "POST http://b/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "a tunnel": "CONNECT b:80 HTTP/1.1\r\nHost: b\r\n\r\n",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
async def test_it_is_refused(data: str, run: Run) -> None:
    async with run() as running:
        answer = await running.ask(data.encode("latin-1") + b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answer[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 501")
        assert len(re.findall(rb"HTTP/1\.1 \d{3}", answer)) == 1
        assert running.told.bodies == []


async def test_what_came_before_it_is_still_answered_first(run: Run) -> None:
    async with run() as running:
        answer = await running.ask(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n" + HOSTILE["two hosts"].encode())
        assert re.findall(rb"HTTP/1\.1 (\d{3})", answer) == [b"200", b"400"]


async def test_what_is_being_answered_when_it_comes_is_answered_and_then_the_connection_ends(run: Run) -> None:
    async with run() as running:
        reader, writer = await running.open()
        writer.write(b"GET /later HTTP/1.1\r\nHost: a\r\n\r\n" + HOSTILE["two hosts"].encode())
        await running.told.arrived.wait()
        running.told.release()
        assert (await reader.read()).endswith(b"\r\n\r\nlate")
        writer.close()
