"""Mail arrives at a real SMTP server; what is not delivered says so without the secret."""

import ipaddress
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from fairlead_apprise.notifier import AppriseNotifier
from fairlead_contracts import plugins
from fairlead_contracts.errors import UnavailableError
from fairlead_contracts.notifiers import Event, Notification, Reach

# Apprise imports a module that Python 3.13 no longer has, where there is one.
pytestmark = pytest.mark.filterwarnings("ignore:.*slated for removal:DeprecationWarning")
LOOPBACK = Reach((ipaddress.ip_network("127.0.0.0/8"),))


def notification(status: str = "open") -> Notification:
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    fields = {"sequence": 1, "kind": "goal", "incident": "goal/fast", "deployment": "loans", "severity": "critical"}
    event = Event(**fields, status=status, title="loans: goal fast is failing", detail="12 of 400", time=moment)
    return Notification(
        id="msg_1", project="default", channel="ops", severity="critical", title=event.title, detail=event.detail,
        time=moment, link="https://fairlead.example.com/console", events=(event,),
    )  # fmt: skip


class Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs to send a mail."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                mail = b""
                while (line := self.rfile.readline()) != b".\r\n":
                    mail += line
                self.server.mails.append(mail)  # type: ignore[attr-defined]
            self.wfile.write({b"QUIT": b"221 bye\r\n"}.get(verb, b"250 ok\r\n"))
            if verb == b"QUIT":
                return


@pytest.fixture
def smtp() -> Iterator[socketserver.ThreadingTCPServer]:
    """A mail server on a free port."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp)
    server.mails = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_mail_arrives_with_title_detail_and_link(smtp: socketserver.ThreadingTCPServer) -> None:
    url = f"mailto://127.0.0.1:{smtp.server_address[1]}?from=fairlead@example.com&to=ada@example.com&mode=insecure"
    AppriseNotifier().send(notification(), {"url": url})
    mail = message_from_bytes(smtp.mails[0], policy=policy.default)  # type: ignore[attr-defined]
    text = "".join(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
    assert (mail["subject"], "ada@example.com" in mail["to"]) == ("loans: goal fast is failing", True)
    assert "12 of 400" in text
    assert "https://fairlead.example.com/console" in text


def test_what_cannot_be_delivered_says_so_without_the_secret(smtp: socketserver.ThreadingTCPServer) -> None:
    port = smtp.server_address[1]
    smtp.shutdown()
    smtp.server_close()
    url = f"mailto://ada:S3CRET@127.0.0.1:{port}?from=a@example.com&to=b@example.com&mode=insecure"
    with pytest.raises(UnavailableError, match="not delivered") as caught:
        AppriseNotifier().send(notification(), {"url": url})
    assert "S3CRET" not in caught.value.detail


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "not one of"), ("pigeon://coop", "not one of"), ("json://10.0.0.1/", "webhook"),
        ("JSONS://10.0.0.1/", "webhook"), ("syslog://", "webhook"),
        ("mailto://a:b@example.com, json://10.0.0.1", "not one of"),
    ],
)  # fmt: skip
def test_what_is_no_address_of_people_is_refused(url: str, says: str) -> None:
    with pytest.raises(UnavailableError, match=says):
        AppriseNotifier().send(notification(), {"url": url})


def test_it_comes_through_the_hook() -> None:
    assert "apprise" in plugins.notifiers(LOOPBACK)
