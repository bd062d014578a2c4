"""What a replica may do, whoever made its user and whatever was asked for; tried on a real server."""

import pytest
from fairlead_chassis.natsd import jwt
from fairlead_chassis.natsd.connect import connect, settle
from fairlead_chassis.natsd.credentials import Credentials, ReplicaSigner
from fairlead_chassis.natsd.errors import CredentialsRefusedError, DamagedKeysError
from fairlead_chassis.natsd.nkey import Key, Kind
from fairlead_contracts.errors import InvalidRequestError

FORBIDDEN = [
    "telemetry.profiles.r2", "telemetry.actuals.r1", "telemetry.actuals.p.loans", "telemetry.profiles.r1.more",
    "telemetry.profiles", "ledger.model.p.x", "ledger.replica.p.r1", "routes.p.loans", "op.r1.access.create_user",
    "op.gateway.access.create_user", "$JS.API.INFO", "$JS.API.STREAM.INFO.LEDGER", "$JS.API.STREAM.CREATE.MINE",
    "$JS.API.CONSUMER.CREATE.PROFILES", "$SYS.REQ.SERVER.PING", "_INBOX.gateway.x",
]  # fmt: skip


async def as_replica(nats_server, user: Credentials):
    return await connect(nats_server.url, user, name="replica r1")


@pytest.mark.parametrize("kind", ["profiles", "predictions", "receipts"])
async def test_a_replica_sends_its_own_telemetry_and_is_told_that_it_is_kept(bus_server, kind) -> None:
    replica = await bus_server.connect_replica("r1")
    kept = await replica.jetstream().publish(f"telemetry.{kind}.r1", b"{}", timeout=5)
    assert kept.stream == kind.upper()


async def test_a_replica_sends_nothing_else(bus_server, may_publish) -> None:
    replica = await bus_server.connect_replica("r1")
    assert [subject for subject in FORBIDDEN if await may_publish(replica, subject)] == []


@pytest.mark.parametrize("subject", [">", "telemetry.>", "ledger.>", "op.>", "_INBOX.r2.>", "_INBOX.gateway.>"])
async def test_a_replica_hears_nothing_but_its_own_replies(nats_server, may_hear, subject) -> None:
    assert not await may_hear(await nats_server.connect_replica("r1"), subject)


@pytest.mark.parametrize(
    "more",
    [
        {"pub": {"allow": [">"]}},
        {"sub": {"allow": [">"]}},
        {"pub": {"allow": ["ledger.>"]}, "sub": {"allow": [">"]}, "subs": -1, "data": -1, "payload": -1},
        {"bearer_token": True},
        {"resp": {"max": -1, "ttl": -1}},
    ],
)
async def test_a_replica_user_made_with_more_rights_is_refused(nats_server, more) -> None:
    signer = ReplicaSigner.load(nats_server.keys.replica_signer)
    user = Key.make(Kind.USER)
    claims = jwt.user(user.public, "r1", signer.account)
    token = jwt.encode({**claims, "nats": {**claims["nats"], **more}}, signer.key)
    with pytest.raises(CredentialsRefusedError):
        await as_replica(nats_server, Credentials(token, user))


async def test_the_deployers_key_makes_no_user_of_the_services_account(nats_server) -> None:
    signer = ReplicaSigner.load(nats_server.keys.replica_signer)
    forged = Credentials.make("gateway", nats_server.keys.fairlead.public, signer.key)
    with pytest.raises(CredentialsRefusedError):
        await connect(nats_server.url, forged, name="gateway")


async def test_a_replica_cannot_make_users_itself(nats_server) -> None:
    signer = ReplicaSigner.load(nats_server.keys.replica_signer)
    with pytest.raises(CredentialsRefusedError):
        await as_replica(nats_server, Credentials.make("r1", signer.account, Key.make(Kind.ACCOUNT)))


async def test_not_even_a_wildcard_for_a_name_leads_out_of_telemetry(bus_server, may_publish) -> None:
    signer = ReplicaSigner.load(bus_server.keys.replica_signer)
    replica = await as_replica(bus_server, Credentials.make(">", signer.account, signer.key))
    subjects = [subject for subject in FORBIDDEN if not subject.startswith("telemetry.profiles.")]
    assert [subject for subject in subjects if await may_publish(replica, subject)] == []
    await replica.close()


@pytest.mark.parametrize("target", ["ledger.policy._.policy", "routes.p.loans", "telemetry.actuals.p.loans"])
async def test_the_acknowledgement_of_a_replicas_message_cannot_be_sent_into_another_stream(bus_server, target) -> None:
    replica, admin = await bus_server.connect_replica("r1"), await bus_server.connect("admin")
    await replica.publish("telemetry.profiles.r1", b"{}", reply=target)
    await replica.jetstream().publish("telemetry.profiles.r1", b"{}", timeout=5)
    counts = {s.config.name: s.state.messages for s in await admin.jetstream().streams_info()}
    assert {name: messages for name, messages in counts.items() if messages} == {"PROFILES": 2}


async def test_the_acknowledgement_of_a_replicas_message_reaches_no_service(bus_server) -> None:
    replica, access = await bus_server.connect_replica("r1"), await bus_server.connect("access")
    heard = await access.subscribe("op.*.access.>")
    await settle(access)
    await replica.publish("telemetry.profiles.r1", b"{}", reply="op.gateway.access.create_user")
    await replica.jetstream().publish("telemetry.profiles.r1", b"{}", timeout=5)
    await settle(access)
    assert heard.pending_msgs == 0


@pytest.mark.parametrize("name", ["*", ">", "a.b", "", "R1", "r 1", "x-hidden", "r1\n", "{{name()}}", "a" * 64])
def test_a_replica_is_named_by_the_rules_for_names(tmp_path, name) -> None:
    signer = ReplicaSigner(Key.make(Kind.ACCOUNT).public, Key.make(Kind.ACCOUNT))
    with pytest.raises(InvalidRequestError) as refused:
        signer.credentials(name)
    assert not name or name not in refused.value.detail


@pytest.mark.parametrize("text", ["", "{}", "[]", "nonsense", '{"account": "A", "seed": "SAnonsense"}'])
def test_a_damaged_signer_is_named_and_not_shown(tmp_path, text) -> None:
    path = tmp_path / "signer.json"
    path.write_text(text)
    with pytest.raises(DamagedKeysError) as refused:
        ReplicaSigner.load(path)
    assert "nonsense" not in refused.value.detail
