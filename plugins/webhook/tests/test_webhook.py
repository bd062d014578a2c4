"""The signature is that of Standard Webhooks; requests go to public or listed addresses and nowhere else."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fairlead_contracts import plugins
from fairlead_contracts.errors import UnavailableError
from fairlead_contracts.notifiers import Event, Notification, Reach
from fairlead_webhook import posting
from fairlead_webhook.addresses import is_public
from fairlead_webhook.notifier import Webhook, split
from fairlead_webhook.signing import KeyFormError, key_of, signed

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LOOPBACK = Reach((ipaddress.ip_network("127.0.0.0/8"),))


def notification() -> Notification:
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    event = Event(
        sequence=0, kind="test", incident="test", deployment="", status="told", severity="info", title="t", detail="",
        time=moment,
    )  # fmt: skip
    return Notification(
        id="msg_1", project="default", channel="ops", severity="info", title="t", detail="", time=moment,
        events=(event,),
    )  # fmt: skip


def test_the_signature_is_the_one_of_the_specifications_own_example() -> None:
    headers = signed(key_of(KEY), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("key", ["", "whsec_", "short", "A" * 40 + "!", "QUJD", "A" * 200])
def test_a_key_that_is_none_is_refused_without_being_repeated(key: str) -> None:
    with pytest.raises(KeyFormError) as caught:
        key_of(key)
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07::1", True), ("127.0.0.1", False), ("10.1.2.3", False),
        ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
        ("0.0.0.0", False), ("255.255.255.255", False), ("224.0.0.1", False), ("::1", False), ("::", False),  # noqa: S104
        ("fe80::1", False), ("fc00::1", False), ("ff02::1", False), ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", True), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("fd00:ec2::254", False),
    ],
)  # fmt: skip
def test_an_address_is_public_or_it_is_not(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) == public


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "2130706433", "localhost", "[::1]"])
def test_other_spellings_of_this_machine_lead_nowhere(host: str) -> None:
    with pytest.raises(UnavailableError, match=r"not on the public internet|does not resolve"):
        Webhook(Reach()).send(notification(), {"url": f"https://{host}/", "key": KEY})


def test_a_name_with_one_address_that_is_not_allowed_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def two(*_: object, **__: object) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    with pytest.raises(UnavailableError, match="not on the public internet"):
        Webhook(Reach()).send(notification(), {"url": "https://rebinding.example/", "key": KEY})


def test_only_listed_networks_are_spoken_to_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("93.184.215.14", 80))])
    with pytest.raises(UnavailableError, match="Only https"):
        Webhook(Reach()).send(notification(), {"url": "http://hooks.example/", "key": KEY})


@pytest.mark.parametrize(
    "url", ["", "hooks.example", "file:///etc/passwd", "https://", "https://a@b.example", "https://b.example/#x",
            "https://b.example/ x", "https://bücher.example/", "https://b.example:0x1/"],
)  # fmt: skip
def test_what_is_no_address_of_a_receiver_is_refused(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the words differ, the kind is what the hook promises
        split(url)


@pytest.fixture
def answering() -> Iterator[Any]:
    """A server that answers one connection with given pieces of bytes, again and again the last one."""
    listener = socket.create_server(("127.0.0.1", 0))
    ends = threading.Event()
    threads = []

    def start(*pieces: bytes, forever: bool = False) -> str:
        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                try:
                    for piece in pieces:
                        connection.sendall(piece)
                    while forever and not ends.wait(0.01):
                        connection.sendall(pieces[-1])
                except OSError:
                    return

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield start
    ends.set()
    for thread in threads:
        thread.join()
    listener.close()


def test_an_answer_without_end_is_not_read(answering: Any) -> None:
    url = answering(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n", b"x" * 1000, forever=True)
    Webhook(LOOPBACK).send(notification(), {"url": url, "key": KEY})


def test_whoever_drips_its_answer_is_cut_off_in_time(answering: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "WITHIN", 0.2)
    url = answering(b"H", b"T", forever=True)
    with pytest.raises(UnavailableError, match="does not answer as it should"):
        Webhook(LOOPBACK).send(notification(), {"url": url, "key": KEY})


def test_an_answer_that_is_not_http_is_no_delivery(answering: Any) -> None:
    with pytest.raises(UnavailableError, match="does not answer as it should"):
        Webhook(LOOPBACK).send(notification(), {"url": answering(b"SSH-2.0-x\r\n"), "key": KEY})


def test_it_comes_through_the_hook() -> None:
    assert "webhook" in plugins.notifiers(Reach())
