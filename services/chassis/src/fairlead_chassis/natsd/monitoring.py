"""What a running nats-server says of itself over HTTP, and whether Fairlead may trust it with its writes."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fairlead_chassis.natsd.binary import OLDEST, Version, parse, text
from fairlead_chassis.natsd.errors import ServerTooOldError, UnreachableError, UnsafeSyncError

_TIMEOUT = 5.0
_SYNC = "Set `sync_interval: always` in the jetstream block of its configuration, and restart it."
_VOUCH = "Give its monitor address, or --assume-sync where its operator guarantees `sync_interval: always`."


@dataclass(frozen=True)
class ServerFacts:
    """The parts of `/varz` that matter here."""

    version: Version
    jetstream: bool
    sync_always: bool


def read(monitor_url: str) -> ServerFacts:
    """Ask the server. An answer without these fields counts as the unsafe one."""
    status, varz = _get(monitor_url, "/varz")
    if status != 200:
        raise UnreachableError(f"{monitor_url} does not show /varz.", "Give the address of nats-server's HTTP monitor.")
    config = varz.get("jetstream", {}).get("config")
    return ServerFacts(
        version=parse(str(varz.get("version"))),
        jetstream=config is not None,
        sync_always=(config or {}).get("sync_always") is True,
    )


def healthy(monitor_url: str) -> bool:
    """Whether the server has read its streams back and serves."""
    try:
        status, _ = _get(monitor_url, "/healthz")
    except UnreachableError:
        return False
    return status == 200


def require_fit(monitor_url: str | None, *, assume_sync: bool = False) -> None:
    """Refuse a server that is too old or may lose acknowledged writes.

    `assume_sync`: the operator vouches for a managed server, which shows no `/varz`. What it does show still counts.
    """
    if monitor_url is None:
        if not assume_sync:
            raise UnsafeSyncError("Nobody can tell whether nats-server syncs every write.", _VOUCH)
        return
    facts = read(monitor_url)
    if facts.version < OLDEST:
        raise ServerTooOldError(f"nats-server is {text(facts.version)}.", f"Update it to {text(OLDEST)} or newer.")
    if not facts.sync_always and not assume_sync:
        raise UnsafeSyncError("nats-server acknowledges writes before they are on the disk.", _SYNC)


def _get(monitor_url: str, path: str) -> tuple[int, dict[str, Any]]:
    parts = urlsplit(monitor_url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=_TIMEOUT)
    try:
        connection.request("GET", parts.path.rstrip("/") + path)
        reply = connection.getresponse()
        body = json.loads(reply.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UnreachableError(f"{monitor_url} does not answer.", "Start nats-server; is this its monitor?") from error
    finally:
        connection.close()
    return reply.status, body if isinstance(body, dict) else {}
