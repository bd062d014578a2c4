"""Notification channels: who is told, through which notifier, of what, and when they would rather not be."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from fairlead_contracts.names import Name
from fairlead_contracts.notifiers import Severity
from fairlead_contracts.values import Message

SecretReference = Annotated[str, StringConstraints(pattern=r"^(file|env):[a-z0-9]+(-[a-z0-9]+)*$", max_length=67)]
"""Where the monitor finds a secret: `file:NAME` or `env:NAME`. The secret itself never leaves the machine's keeping."""
SettingName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class QuietHours(Message):
    """From `start` to `end` every day, by the clocks of `zone`, what is not critical waits; over midnight too."""

    start: Clock
    end: Clock
    zone: str = Field(default="UTC", min_length=1, max_length=64)
    critical_too: bool = False


class Channel(Message):
    """Who is told of what. Settings are plain; secrets are references, and what they stand for is on no ledger."""

    name: Name
    notifier: str = Field(min_length=1, max_length=63, description="A notifier that is installed: webhook, apprise.")
    settings: dict[SettingName, Annotated[str, Field(max_length=2_000)]] = Field(
        default_factory=dict, max_length=20, description="What the notifier takes in plain text."
    )
    secrets: dict[SettingName, SecretReference] = Field(
        default_factory=dict, max_length=20, description="Settings that are secret: `file:NAME` or `env:NAME`."
    )
    deployments: tuple[Name, ...] = Field(default=(), max_length=1_000, description="Only these; else every one.")
    min_severity: Severity = Field(default="warning", description="Nothing less severe than this.")
    group_seconds: int = Field(
        default=30, ge=0, le=3_600, description="What comes within so many seconds is one message."
    )
    resend_minutes: int = Field(
        default=240, ge=0, le=43_200, description="Say again what is not resolved; 0 says it once."
    )
    resolved: bool = Field(default=True, description="Say when it is resolved.")
    quiet: QuietHours | None = Field(default=None, description="When what is not critical waits.")


DeliveryState = Literal["waiting", "delivered", "given up"]
