"""Whom a service believes a request to be from, when the server is made to deliver something that was never one."""

import pytest
from fairlead_chassis.natsd.connect import settle
from fairlead_chassis.natsd.permissions import caller, inbox

MINE = "_INBOX.gateway.n.1"


@pytest.mark.parametrize("operation", ["create_user", "get_drift.3"])
def test_a_request_is_from_the_user_in_its_subject_when_the_reply_goes_to_that_users_inbox(operation) -> None:
    assert caller("access", f"op.gateway.access.{operation}", MINE) == "gateway"


@pytest.mark.parametrize(
    ("subject", "reply"),
    [
        ("op.gateway.access.create_user", ""),
        ("op.gateway.access.create_user", "_INBOX.registry.n.1"),
        ("op.gateway.access.create_user", "_INBOX.gateways.n.1"),
        ("op.gateway.access.create_user", "ledger.policy._.policy"),
        ("op.gateway.access.create_user", "$JS.ACK.LEDGER.c.1.1.1.1.0"),
        ("op.gateway.registry.create_user", MINE),
        ("op.gateway.access", MINE),
        ("ledger.gateway.access.x", MINE),
    ],
)
def test_anything_else_is_from_nobody(subject, reply) -> None:
    assert caller("access", subject, reply) is None


async def test_a_stored_message_that_is_delivered_as_a_request_is_from_nobody(bus_server) -> None:
    access, monitor = await bus_server.connect("access"), await bus_server.connect("monitor")
    heard = await access.subscribe("op.*.access.>")
    await settle(access)
    await monitor.jetstream().publish("ledger.monitor.p.x", b'{"name": "mallory"}')
    await monitor.jetstream().pull_subscribe("ledger.>", durable="pulled", stream="LEDGER")
    await monitor.publish("$JS.API.CONSUMER.MSG.NEXT.LEDGER.pulled", b"1", reply="op.gateway.access.create_user")
    message = await heard.next_msg(timeout=5)
    assert caller("access", message.subject, message.reply) is None


async def test_an_acknowledgement_that_is_delivered_as_a_request_is_from_nobody(bus_server) -> None:
    access, monitor = await bus_server.connect("access"), await bus_server.connect("monitor")
    heard = await access.subscribe("op.*.access.>")
    await settle(access)
    await monitor.publish("ledger.monitor.p.x", b"{}", reply="op.gateway.access.create_user")
    message = await heard.next_msg(timeout=5)
    assert caller("access", message.subject, message.reply) is None


async def test_a_request_that_wants_its_answer_on_the_ledger_is_from_nobody(bus_server) -> None:
    access, monitor = await bus_server.connect("access"), await bus_server.connect("monitor")
    heard = await access.subscribe("op.*.access.>")
    await settle(access)
    await monitor.publish("op.monitor.access.list_users", b"{}", reply="ledger.policy._.policy")
    message = await heard.next_msg(timeout=5)
    assert caller("access", message.subject, message.reply) is None


async def test_a_plain_request_is_from_its_sender(nats_server) -> None:
    access, monitor = await nats_server.connect("access"), await nats_server.connect("monitor")
    heard = await access.subscribe("op.*.access.>")
    await settle(access)
    await monitor.publish("op.monitor.access.list_users", b"{}", reply=monitor.new_inbox())
    message = await heard.next_msg(timeout=5)
    assert message.reply.startswith(inbox("monitor"))
    assert caller("access", message.subject, message.reply) == "monitor"
