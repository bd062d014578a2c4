"""What each service may do on the bus, tried on a real server."""

import itertools
import json

import nats.errors
import nats.micro
import pytest
from fairlead_chassis.natsd import permissions
from fairlead_chassis.natsd.connect import settle
from fairlead_chassis.natsd.permissions import ADMIN, SERVICES
from fairlead_contracts.facts.catalogue import FACTS
from fairlead_contracts.ledger import ledger_subject, refused_subject
from fairlead_contracts.messages import LEDGER, requests_subject, route_subject
from fairlead_contracts.operations.catalogue import OPERATIONS

KINDS = {kind: name for name, grant in SERVICES.items() for kind in grant.kinds}
MANAGING = ("CREATE", "UPDATE", "PURGE", "DELETE", "MSG.DELETE", "SNAPSHOT", "RESTORE", "LEADER.STEPDOWN")


def test_every_kind_of_fact_has_one_service_that_may_write_it() -> None:
    owned = [kind for grant in SERVICES.values() for kind in grant.kinds]
    assert len(owned) == len(set(owned))
    assert {fact.kind for fact in FACTS.values()} - {"refused"} <= set(owned)


def test_every_operation_that_changes_an_aggregate_is_answered_by_the_service_that_owns_it() -> None:
    changes = [op for op in OPERATIONS.values() if op.aggregate]
    assert [op.name for op in changes if KINDS[op.aggregate.partition("/")[0]] != op.service] == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_may_write_the_facts_of_its_own_kinds_and_of_no_other(
    nats_server, may_publish, service
) -> None:
    client = await nats_server.connect(service)
    allowed = {kind for kind in KINDS if await may_publish(client, ledger_subject(kind, "p", "x"))}
    assert allowed == {kind for kind, owner in KINDS.items() if owner == service}


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_records_its_own_refusals_only(nats_server, may_publish, service) -> None:
    client = await nats_server.connect(service)
    allowed = {other for other in SERVICES if await may_publish(client, refused_subject(other))}
    assert allowed == {service}


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_asks_in_its_own_name_only(nats_server, may_publish, service) -> None:
    client = await nats_server.connect(service)
    allowed = {caller for caller in (*SERVICES, ADMIN) if await may_publish(client, f"op.{caller}.registry.get_model")}
    assert allowed == {service}


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_hears_its_own_requests_and_replies_only(nats_server, may_hear, service) -> None:
    client = await nats_server.connect(service)
    requests = {other for other in SERVICES if await may_hear(client, requests_subject(other))}
    replies = {other for other in (*SERVICES, ADMIN) if await may_hear(client, f"{permissions.inbox(other)}.>")}
    assert (requests, replies) == ({service}, {service})


@pytest.mark.parametrize("subject", [">", "op.>", "ledger.>", "telemetry.>", "$JS.>", "$SYS.>", "_INBOX.>", "*.>"])
async def test_no_service_hears_more_than_it_is_sent(nats_server, may_hear, subject) -> None:
    clients = [await nats_server.connect(service) for service in SERVICES]
    assert [await may_hear(client, subject) for client in clients] == [False] * len(clients)


async def test_nobody_but_the_admin_manages_streams(nats_server, may_publish) -> None:
    admin, calls = await nats_server.connect(ADMIN), [f"$JS.API.STREAM.{verb}.{LEDGER}" for verb in MANAGING]
    for service, call in itertools.product(SERVICES, calls):
        assert not await may_publish(await nats_server.connect(service), call)
    assert all([await may_publish(admin, call) for call in calls])


async def test_the_admin_decides_nothing_and_asks_nothing(nats_server, may_publish, may_hear) -> None:
    admin = await nats_server.connect(ADMIN)
    subjects = ["ledger.model.p.x", "op.admin.registry.get_model", "op.gateway.registry.x", "telemetry.profiles.r1"]
    assert not any([await may_publish(admin, subject) for subject in subjects])
    assert not await may_hear(admin, requests_subject("registry"))


async def test_a_service_reads_the_streams_that_it_needs_and_no_other(nats_server, may_publish) -> None:
    for service, grant in SERVICES.items():
        client = await nats_server.connect(service)
        readable = {
            stream
            for stream in (LEDGER, "PROFILES", "PREDICTIONS", "ACTUALS", "POINTS", "RECEIPTS", "ROUTES", "LEASES")
            if await may_publish(client, f"$JS.API.CONSUMER.CREATE.{stream}")
        }
        assert readable == set(grant.reads)


async def test_only_gateway_and_monitor_send_actuals_and_only_the_deployer_sends_routes(
    nats_server, may_publish
) -> None:
    clients = {service: await nats_server.connect(service) for service in SERVICES}
    actuals = {name for name, client in clients.items() if await may_publish(client, "telemetry.actuals.p.loans")}
    routes = {name for name, client in clients.items() if await may_publish(client, route_subject("p", "loans"))}
    assert (actuals, routes) == ({"gateway", "monitor"}, {"deployer"})


async def test_a_service_follows_the_ledger_and_pulls_telemetry(bus_server) -> None:
    registry, monitor = await bus_server.connect("registry"), await bus_server.connect("monitor")
    await registry.jetstream().publish("ledger.model.p.x", b"fact")
    ledger = await monitor.jetstream().subscribe("ledger.>", stream=LEDGER, ordered_consumer=True)
    assert (await ledger.next_msg(timeout=5)).data == b"fact"
    await monitor.jetstream().publish("telemetry.actuals.p.loans", b"actual")
    pulled = await monitor.jetstream().pull_subscribe("telemetry.actuals.>", durable="monitor", stream="ACTUALS")
    (message,) = await pulled.fetch(1, timeout=5)
    await message.ack_sync()
    assert message.data == b"actual"


async def test_a_service_answers_whoever_asked_and_nobody_else(nats_server, may_publish) -> None:
    registry, gateway = await nats_server.connect("registry"), await nats_server.connect("gateway")

    async def answer(message) -> None:
        await message.respond(b"answer")

    await registry.subscribe(requests_subject("registry"), cb=answer)
    await settle(registry)
    assert (await gateway.request("op.gateway.registry.get_model", b"{}", timeout=5)).data == b"answer"
    assert not await may_publish(registry, gateway.new_inbox())


async def test_a_service_can_be_discovered_by_the_admin(nats_server) -> None:
    registry, admin = await nats_server.connect("registry"), await nats_server.connect(ADMIN)
    service = await nats.micro.add_service(registry, name="registry", version="1.0.0")
    await settle(registry)
    found = json.loads((await admin.request("$SRV.INFO.registry", timeout=5)).data)
    assert (found["name"], str(registry.last_error)) == ("registry", "None")
    await service.stop()


async def test_a_denied_request_reaches_its_sender_as_a_timeout(nats_server) -> None:
    registry = await nats_server.connect("registry")
    with pytest.raises(nats.errors.TimeoutError):
        await registry.request("op.gateway.access.create_user", b"{}", timeout=0.05)
