"""What a notification channel provides."""

from typing import Literal, Protocol

from fairlead_contracts.values import Instant, Message


class Notification(Message):
    """One thing that people should know: where, how bad, since when, and where to look."""

    project: str
    deployment: str
    severity: Literal["info", "warning", "critical"]
    title: str
    detail: str
    time: Instant
    link: str | None = None


class Notifier(Protocol):
    """One channel."""

    @property
    def name(self) -> str:
        """The channel's name, unique among the installed notifiers."""
        ...

    def send(self, notification: Notification, settings: dict[str, str]) -> None:
        """Deliver. Raises: UnavailableError when it could not be delivered and may be tried again."""
        ...
