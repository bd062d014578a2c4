"""What runs: the services in the order in which they start, and what each is told."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

GATEWAY = "gateway"
SERVICES = ("access", "registry", "audit", "monitor", "deployer", GATEWAY)
_SECRETS = ("FAIRLEAD_TOKEN",)


@dataclass(frozen=True)
class Options:
    """What the user asked for."""

    home: Path
    port: int
    host: str = "127.0.0.1"
    only: str | None = None


def command(service: str) -> list[str]:
    """How a service is started."""
    return [sys.executable, "-m", f"fairlead_{service}"]


def environment(options: Options, nats_url: str, monitor_url: str) -> Mapping[str, str]:
    """The environment of every service: this one's, with where everything is."""
    inherited = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    return inherited | {
        "FAIRLEAD_HOME": str(options.home),
        "FAIRLEAD_NATS_URL": nats_url,
        "FAIRLEAD_NATS_MONITOR_URL": monitor_url,
        "FAIRLEAD_HTTP_HOST": options.host,
        "FAIRLEAD_HTTP_PORT": str(options.port),
        "PYTHONUNBUFFERED": "1",
    }
