"""What a notifier provides: one way to tell people, such as a webhook or e-mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, Protocol

from fairlead_contracts.values import Instant, Message

Severity = Literal["info", "warning", "critical"]


@dataclass(frozen=True)
class Reach:
    """Where this installation lets notifiers connect to beside the public internet; the operator's setting."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()


class Event(Message):
    """One thing that happened. `incident` is the same for all that is said of one trouble until it is resolved.

    `sequence` is its place on the ledger, 0 in a test message.
    """

    sequence: int
    kind: Literal["goal", "approval", "rollout", "test"]
    incident: str
    deployment: str
    status: Literal["open", "resolved", "told"]
    severity: Severity
    title: str
    detail: str
    time: Instant


class Notification(Message):
    """One message to one channel. Whoever gets the same `id` twice got the same message twice.

    `reminder`: nothing new, but these are not resolved. `left_out`: how many more events there were than are listed.
    """

    id: str
    project: str
    channel: str
    severity: Severity
    title: str
    detail: str
    time: Instant
    link: str | None = None
    reminder: bool = False
    events: tuple[Event, ...]
    left_out: int = 0


class Notifier(Protocol):
    """One way to tell people."""

    @property
    def name(self) -> str:
        """Unique among the installed notifiers."""
        ...

    @property
    def settings(self) -> Mapping[str, str]:
        """Each setting that it takes, with what it is; those that end in `*` must be given."""
        ...

    @property
    def secret(self) -> frozenset[str]:
        """Settings that are taken as references to secrets only."""
        ...

    def check(self, settings: Mapping[str, str]) -> None:
        """Look at plain settings before a channel is made. Raises: ValueError saying which is wrong and why."""
        ...

    def send(self, notification: Notification, settings: Mapping[str, str]) -> None:
        """Deliver, within 30 seconds, from a thread. The settings hold the secrets; no error may repeat them.

        Raises: UnavailableError when it was not delivered; it is tried again.
        """
        ...
