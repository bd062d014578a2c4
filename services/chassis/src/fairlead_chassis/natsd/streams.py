"""The streams that Fairlead keeps, as data, and how they are made: once, and never otherwise than written here."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import nats.errors
from fairlead_contracts.ledger import LIMIT
from fairlead_contracts.messages import (
    ACTUALS,
    DEADLETTERS,
    LEASES,
    LEDGER,
    LEDGER_SUBJECTS,
    POINTS,
    PREDICTIONS,
    PROFILES,
    RECEIPTS,
    ROUTES,
)
from nats.aio.client import Client

from fairlead_chassis.natsd.disk import GIB
from fairlead_chassis.natsd.errors import BusError, StreamMismatchError, UnreachableError

_SECOND = 1_000_000_000
_WEEK = 7 * 24 * 3600 * _SECOND
_HEADERS = 8 * 1024
_NOT_FOUND = 10059
_WITHIN = 10.0
_AT_REST: tuple[object, ...] = (None, False, 0, -1, "", "none", [], {})
"""What a setting shows while nobody has set it."""

_ALWAYS: Mapping[str, Any] = {
    "storage": "file",
    "retention": "limits",
    "duplicate_window": 120 * _SECOND,
    "deny_delete": True,
    "allow_rollup_hdrs": False,
    "allow_direct": False,
}


@dataclass(frozen=True)
class Stream:
    """A stream: what it keeps, how much of it in bytes, and what is special about it."""

    name: str
    subject: str
    max_bytes: int
    special: Mapping[str, Any] = field(default_factory=dict)

    def config(self, replicas: int = 1) -> dict[str, Any]:
        """The whole configuration, in nats-server's own words; what is not named is off."""
        own = {"name": self.name, "subjects": [self.subject], "max_bytes": self.max_bytes, "num_replicas": replicas}
        return {**_ALWAYS, **own, **self.special}


_FOREVER = {"discard": "new", "deny_purge": True, "allow_atomic": True, "max_msg_size": LIMIT + _HEADERS}
_PASSING = {"discard": "old", "max_age": _WEEK}

STREAMS = (
    Stream(LEDGER, LEDGER_SUBJECTS, 8 * GIB, _FOREVER),
    Stream(PROFILES, "telemetry.profiles.*", 4 * GIB, _PASSING),
    Stream(PREDICTIONS, "telemetry.predictions.*", 8 * GIB, _PASSING),
    Stream(ACTUALS, "telemetry.actuals.>", 2 * GIB, _PASSING),
    Stream(POINTS, "telemetry.points.>", 2 * GIB, _PASSING),
    Stream(RECEIPTS, "telemetry.receipts.*", 4 * GIB, _PASSING),
    Stream(DEADLETTERS, "deadletters.*.*", GIB, {"discard": "old", "max_age": 4 * _WEEK}),
    Stream(ROUTES, "routes.>", GIB // 4, {"discard": "old", "max_msgs_per_subject": 1}),
    Stream(LEASES, "leases.>", GIB // 16, {"discard": "old", "max_msgs_per_subject": 1}),
)


async def provision(admin: Client, streams: Iterable[Stream] = STREAMS, replicas: int = 1) -> None:
    """Make what is missing, let a stream grow to a larger `max_bytes`, and refuse any other difference."""
    for stream in streams:
        wanted = stream.config(replicas)
        held = await _held(admin, stream.name)
        if held is None:
            held = await _ask(admin, f"STREAM.CREATE.{stream.name}", wanted)
        if _grows(held, wanted):
            held = await _ask(admin, f"STREAM.UPDATE.{stream.name}", wanted)
        _refuse(stream.name, differences(held, wanted))


async def verify(client: Client, streams: Iterable[Stream] = STREAMS, replicas: int = 1) -> None:
    """Refuse a stream that is missing or differs. Changes nothing; a service may ask of the streams that it reads."""
    for stream in streams:
        held = await _held(client, stream.name)
        _refuse(stream.name, ["it is missing"] if held is None else differences(held, stream.config(replicas)))


def differences(held: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """Each setting of a stream that is not as wanted, with both values."""
    settings = [name for name in {**wanted, **held} if name != "metadata"]
    return [
        f"{name} is {json.dumps(held.get(name))} instead of {json.dumps(wanted.get(name))}"
        for name in sorted(settings)
        if not _same(held.get(name), wanted.get(name))
    ]


def _same(held: Any, wanted: Any) -> bool:
    return bool(held == wanted) or (held in _AT_REST and wanted in _AT_REST)


def _grows(held: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    larger = bool(wanted["max_bytes"] > held.get("max_bytes", 0))
    return larger and not differences({**held, "max_bytes": wanted["max_bytes"]}, wanted)


def _refuse(name: str, wrong: list[str]) -> None:
    if wrong:
        remedy = "Put it back as it was, with NATS's own tools, or run `fairlead up` on another data directory."
        raise StreamMismatchError(f"Stream {name} is not as Fairlead makes it: {'; '.join(wrong)}.", remedy)


async def _held(client: Client, name: str) -> Mapping[str, Any] | None:
    try:
        return await _ask(client, f"STREAM.INFO.{name}", {})
    except _AbsentError:
        return None


async def _ask(client: Client, call: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        reply = await client.request(f"$JS.API.{call}", json.dumps(body).encode() if body else b"", timeout=_WITHIN)
    except (nats.errors.TimeoutError, nats.errors.NoRespondersError) as error:
        raise UnreachableError(
            f"nats-server does not answer {call}.", "Is JetStream on, and is this the admin?"
        ) from error
    answer = json.loads(reply.data)
    if failure := answer.get("error"):
        kind = _AbsentError if failure.get("err_code") == _NOT_FOUND else BusError
        raise kind(f"nats-server refuses {call}: {failure.get('description')}.", "Its log says more.")
    return dict(answer["config"])


class _AbsentError(BusError):
    pass
