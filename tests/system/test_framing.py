"""Requests that two parsers on the way could read differently are refused, each with its problem."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from system.installation import Fairlead, infer_body

MODELS = "/api/v1/projects/default/models"
CHUNKED = b"e\r\n" + b'{"model": "sm"}'[:14] + b"\r\n1\r\n}\r\n0\r\n\r\n"
BODY = b'{"model":"sm"}'


def answered(fairlead: Fairlead, head: str, body: bytes = b"", line: str = f"POST {MODELS} HTTP/1.1") -> list[Any]:
    """The status and the body of each answer to what is sent as it stands here, until the door closes."""
    where = urlsplit(fairlead.url)
    token = (fairlead.home / "keys" / "admin.token").read_text()
    with socket.create_connection((where.hostname, where.port), timeout=10) as connection:
        whole = f"{line}\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n{head}\r\n"
        connection.sendall(whole.encode("latin-1") + body)
        said = b"".join(iter(lambda: connection.recv(65536), b""))
    found = []
    while said:
        top, _, rest = said.partition(b"\r\n\r\n")
        length = int(
            next(line for line in top.lower().split(b"\r\n") if line.startswith(b"content-length")).split(b":")[1]
        )
        found.append((int(top.split(b" ")[1]), json.loads(rest[:length])))
        said = rest[length:]
    return found


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", CHUNKED),
        ("Content-Length: 14\r\nContent-Length: 5\r\n", BODY), ("Content-Length: 14\r\nContent-Length: 14\r\n", BODY),
        ("Content-Length: 14, 14\r\n", BODY), ("Content-Length: +14\r\n", BODY), ("Content-Length: 0xe\r\n", BODY),
        ("Transfer-Encoding: xchunked\r\n", CHUNKED), ("Transfer-Encoding: chunked, identity\r\n", CHUNKED),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", CHUNKED),
        ("Transfer-Encoding : chunked\r\n", CHUNKED), ("Transfer-Encoding: \x0bchunked\r\n", CHUNKED),
        ("Transfer-Encoding: chunked\r\n", CHUNKED.replace(b"\r\n", b"\n")),
        ("Transfer-Encoding: chunked\r\n", b"-e" + CHUNKED[1:]),
        ("Transfer-Encoding: chunked\r\n", b"f" * 17 + CHUNKED),
        ("X-A: b\r\n c\r\nContent-Length: 14\r\n", BODY), ("X-A: b\0c\r\nContent-Length: 14\r\n", BODY),
        ("Content-Length: 14\n", BODY), ("Host: y\r\nContent-Length: 14\r\n", BODY),
        ("Authorization: Bearer other\r\nContent-Length: 14\r\n", BODY),
        ("Upgrade: h2c\r\nConnection: upgrade\r\nContent-Length: 14\r\n", BODY),
    ],
    ids=[
        "both lengths", "two lengths", "one length twice", "a list of lengths", "a sign", "hexadecimal",
        "unknown coding", "chunked not last", "chunked twice", "space before the colon", "vertical tab",
        "bare line feeds in chunks", "negative chunk", "huge chunk", "folded", "nul", "bare line feed", "two hosts",
        "two tokens", "upgrade with a body",
    ],
)  # fmt: skip
def test_a_frame_that_can_be_read_in_two_ways_is_refused(fairlead: Fairlead, head: str, body: bytes) -> None:
    [(status, problem)] = answered(fairlead, head, body)
    assert (status, problem["code"]) == (400, "malformed-request")


@pytest.mark.parametrize(
    "line", ["GET / HTTP/2.0", "GET / HTTP/1.2", "CONNECT evil:80 HTTP/1.1", "GET nowhere HTTP/1.1"]
)
def test_another_protocol_or_target_is_refused(fairlead: Fairlead, line: str) -> None:
    [(status, problem)] = answered(fairlead, "", line=line)
    assert (status, problem["code"]) == (400, "malformed-request")


@pytest.mark.parametrize("line", ["OPTIONS * HTTP/1.1", "GET * HTTP/1.1", "GET //api/v1/projects HTTP/1.1"])
def test_a_target_that_is_no_path_of_ours_is_not_found(fairlead: Fairlead, line: str) -> None:
    [(status, problem)] = answered(fairlead, "", line=line)
    assert (status, problem["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("".join(f"X-{number}: a\r\n" for number in range(100)), f"GET {MODELS} HTTP/1.1"),
        ("X-A: " + "a" * 33_000 + "\r\n", f"GET {MODELS} HTTP/1.1"), ("", f"GET /{'a' * 33_000} HTTP/1.1"),
    ],
    ids=["fields", "one field", "target"],
)  # fmt: skip
def test_a_head_over_the_limits_is_refused(fairlead: Fairlead, head: str, line: str) -> None:
    [(status, problem)] = answered(fairlead, head, line=line)
    assert (status, problem["code"]) == (431, "headers-too-large")


def test_a_head_just_under_the_limits_is_not(fairlead: Fairlead) -> None:
    head = "".join(f"X-{number}: {'a' * 250}\r\n" for number in range(96))
    [(status, _)] = answered(fairlead, head, line=f"GET {MODELS} HTTP/1.1")
    assert status == 200


def test_chunk_extensions_and_trailers_change_nothing(fairlead: Fairlead) -> None:
    body = CHUNKED.replace(b"e\r\n", b"e;a=b\r\n", 1).replace(b"0\r\n\r\n", b"0\r\nIdempotency-Key: not one!\r\n\r\n")
    [(status, _)] = answered(fairlead, "Transfer-Encoding: chunked\r\n", body.replace(b"sm", b"c1"))
    assert status == 200


def test_a_method_that_a_path_does_not_take_is_answered_with_those_that_it_does(fairlead: Fairlead) -> None:
    response = fairlead.admin.http.request("TRACE", MODELS)
    assert (response.status_code, response.json()["code"]) == (405, "method-not-allowed")
    assert response.headers["allow"] == "GET, HEAD, POST"


def test_an_answer_is_packed_only_for_who_takes_that(fairlead: Fairlead, deployed: str) -> None:
    body = infer_body(amount=[0.1] * 500, ratio=[0.5] * 500)
    request = fairlead.admin.http.build_request("POST", f"/v2/models/{deployed}/infer", json=body)
    del request.headers["accept-encoding"]
    plain = fairlead.admin.http.send(request)
    assert "content-encoding" not in plain.headers
    assert len(plain.json()["outputs"][0]["data"]) == 500
    request.headers["accept-encoding"] = "gzip"
    assert fairlead.admin.http.send(request).headers["content-encoding"] == "gzip"
