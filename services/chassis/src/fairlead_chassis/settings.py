"""Settings, read once: flags over environment over one TOML file over defaults."""

import os
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any

from fairlead_contracts.errors import InvalidRequestError
from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

GIB = 1 << 30


def default_home() -> Path:
    """Where this user's data lives."""
    return Path(os.environ.get("FAIRLEAD_HOME") or Path.home() / ".local" / "share" / "fairlead").absolute()


def _networks(given: Any) -> Any:
    return tuple(filter(None, (each.strip() for each in given.split(",")))) if isinstance(given, str) else given


class Settings(BaseSettings):
    """What every service is told."""

    model_config = SettingsConfigDict(env_prefix="FAIRLEAD_", extra="forbid", frozen=True)

    home: Path = Field(default_factory=default_home, description="The data directory.")
    nats_url: str = Field("nats://127.0.0.1:4222", description="Where nats-server listens.")
    nats_monitor_url: str | None = Field(None, description="Where nats-server shows /varz.")
    assume_sync: bool = Field(False, description="The operator vouches that a managed server syncs every write.")
    objects: str | None = Field(None, description="The object store: a folder, or an S3 URL; default in the home.")
    instance: str = Field("0", pattern=r"^[a-z0-9-]{1,40}$", description="Tells copies of a service apart.")
    http_host: str = Field("127.0.0.1", description="Where the gateway listens.")
    http_port: int = Field(8642, ge=0, le=65535, description="The gateway's port.")
    grpc_port: int | None = Field(None, ge=0, le=65535, description="The gateway's port for gRPC; unset, it is off.")
    infer_at_once: int = Field(1_024, ge=1, description="Inference requests that the gateway answers at once.")
    infer_quotas: dict[str, Annotated[float, Field(ge=0)]] = Field(
        default={}, description='Inference requests a second by project, as {"risk": 500, "*": 100}; `*`: each other.'
    )
    health_host: str = Field("127.0.0.1", description="Where health and metrics are shown.")
    health_port: int = Field(0, ge=0, le=65535, description="Its port; 0 takes any free one.")
    public_url: str | None = Field(
        None, pattern=r"^https?://[^\s]{1,500}$", description="Where people reach it; links."
    )
    notifier_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)] = Field(
        (), description="Networks beside the internet that notifiers may connect to: 10.1.0.0/16, ..."
    )
    min_free: int = Field(GIB, ge=0, description="Bytes of free disk below which writes are refused.")

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        """Flags, environment, file, in this order."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())


def config_file() -> Path:
    """The one TOML file: FAIRLEAD_CONFIG, else fairlead.toml in the home."""
    return Path(os.environ.get("FAIRLEAD_CONFIG") or default_home() / "fairlead.toml")


def load(**flags: Any) -> Settings:
    """The settings. Raises: InvalidRequestError naming each one that is wrong."""
    try:
        return Settings(**flags)
    except ValidationError as error:
        raise InvalidRequestError.at(place for place in error.errors()) from None


def explain(settings: Settings) -> list[tuple[str, str, str]]:
    """Each setting: its name, what holds, and where that comes from."""
    file = config_file()
    in_file = file.read_text() if file.exists() else ""
    rows = []
    for name in type(settings).model_fields:
        variable = f"FAIRLEAD_{name.upper()}"
        if variable in os.environ:
            source = f"environment {variable}"
        elif any(line.split("=")[0].strip() == name for line in in_file.splitlines()):
            source = str(file)
        else:
            source = "default"
        rows.append((name, str(getattr(settings, name)), source))
    return rows
