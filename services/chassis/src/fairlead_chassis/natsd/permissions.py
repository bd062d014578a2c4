"""Who may publish and hear what on the bus: one table, from which nats-server's own rules are made.

nats-server answers a publish, a pull or a request for a message on whatever reply subject the sender names, with the
server's rights and not the sender's. Only an account is a wall against that. So replicas, which run models that nobody
vouches for, live in an account of their own, from which three telemetry subjects lead out. Services share an account:
`caller` tells a request from what was made to look like one, and a reader of the ledger must hold a message's service
against its kind.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fairlead_contracts.ledger import refused_subject
from fairlead_contracts.messages import (
    ACTUALS,
    LEASES,
    LEDGER,
    POINTS,
    PREDICTIONS,
    PROFILES,
    RECEIPTS,
    ROUTES,
    requests_subject,
)

ADMIN = "admin"
REPLICA = "replica"
_ANSWER_WITHIN = 120 * 1_000_000_000


@dataclass(frozen=True)
class Grant:
    """What one service needs: the kinds of facts it decides, the streams it reads, what else it publishes."""

    kinds: tuple[str, ...] = ()
    reads: tuple[str, ...] = (LEDGER,)
    publishes: tuple[str, ...] = ()


SERVICES: Mapping[str, Grant] = {
    "gateway": Grant(reads=(LEDGER, ROUTES), publishes=("telemetry.actuals.>",)),
    "access": Grant(kinds=("project", "user", "group", "binding", "token", "policy", "installation")),
    "registry": Grant(kinds=("model",)),
    "deployer": Grant(kinds=("deployment", "replica", "reaction"), reads=(LEDGER, ROUTES), publishes=("routes.*.*",)),
    "monitor": Grant(
        kinds=("monitor", "goal", "alert", "channel"),
        reads=(LEDGER, PROFILES, PREDICTIONS, ACTUALS, POINTS, RECEIPTS, LEASES),
        publishes=("telemetry.actuals.>", "telemetry.points.>", "deadletters.monitor.*", "leases.monitor.>"),
    ),
    "audit": Grant(kinds=("receipts",), reads=(LEDGER, RECEIPTS)),
}

REPLICA_SUBJECTS = ("telemetry.profiles.*", "telemetry.predictions.*", "telemetry.receipts.*")
"""What the replicas' account may send into Fairlead's, each replica under its own name only."""


def inbox(user: str) -> str:
    """The prefix of a user's reply subjects."""
    return f"_INBOX.{user}"


def caller(service: str, subject: str, reply: str) -> str | None:
    """Which user sent this request to `service`; None when nobody can vouch for it.

    `subject` is the one that the message arrived with. A message that the server was made to deliver here, such as an
    acknowledgement or a stored message, has another subject, or no inbox of the caller's to answer to.
    """
    match subject.split("."):
        case ["op", user, answering, _, *_] if answering == service and reply.startswith(f"{inbox(user)}."):
            return user
    return None


def for_service(name: str, grant: Grant) -> dict[str, Any]:
    """The rules of a service, as claims."""
    facts = [f"ledger.{kind}.>" for kind in grant.kinds]
    reads = [subject for stream in grant.reads for subject in _reading(stream)]
    publish = [f"op.{name}.>", *facts, refused_subject(name), *grant.publishes, *reads]
    discovery = [f"$SRV.{verb}{whom}" for verb in ("PING", "INFO", "STATS") for whom in ("", f".{name}", f".{name}.*")]
    advisories = [f"$JS.EVENT.ADVISORY.CONSUMER.*.{stream}.*" for stream in grant.reads]
    subscribe = [f"{inbox(name)}.>", requests_subject(name), *discovery, *advisories]
    return {**_rules(publish, subscribe), "resp": {"max": 1, "ttl": _ANSWER_WITHIN}}


def for_admin() -> dict[str, Any]:
    """The rules of the admin, who alone makes, changes, purges and deletes streams. It asks and decides nothing."""
    return _rules(["$JS.API.>", "$JS.ACK.>", "$JS.FC.>", "$SRV.>"], [f"{inbox(ADMIN)}.>"])


def for_replica() -> dict[str, Any]:
    """The rules of a replica. nats-server puts the name in that the replica's user was made with."""
    name = "{{name()}}"
    return _rules([subject.replace("*", name) for subject in REPLICA_SUBJECTS], [f"{inbox(name)}.>"])


def _reading(stream: str) -> Iterator[str]:
    for call in ("STREAM.INFO", "STREAM.MSG.GET", "CONSUMER.CREATE"):
        yield f"$JS.API.{call}.{stream}"
    yield f"$JS.API.CONSUMER.CREATE.{stream}.>"
    yield f"$JS.API.CONSUMER.DURABLE.CREATE.{stream}.*"
    for call in ("INFO", "DELETE", "MSG.NEXT"):
        yield f"$JS.API.CONSUMER.{call}.{stream}.*"
    yield f"$JS.ACK.{stream}.>"
    yield f"$JS.FC.{stream}.>"


def _rules(publish: list[str], subscribe: list[str]) -> dict[str, Any]:
    return {"pub": {"allow": publish}, "sub": {"allow": subscribe}}
