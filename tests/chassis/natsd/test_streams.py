"""The streams: made once, as written, and what they then allow; on a real server."""

import json

import pytest
from fairlead_chassis.natsd import streams
from fairlead_chassis.natsd.errors import BusError, StreamMismatchError, UnreachableError
from fairlead_chassis.natsd.streams import STREAMS, Stream, differences, provision, verify
from fairlead_contracts.ledger import LIMIT
from fairlead_contracts.messages import EXPECTED_HEADER, LEDGER, ROUTES
from hypothesis import given
from hypothesis import strategies as st
from nats.js.errors import APIError

SMALL = {stream.name: Stream(stream.name, stream.subject, 1 << 20, stream.special) for stream in STREAMS}


@pytest.fixture
async def admin(nats_server):
    return await nats_server.connect("admin")


async def held(client, name: str) -> dict:
    reply = await client.request(f"$JS.API.STREAM.INFO.{name}", timeout=5)
    return json.loads(reply.data)


async def make(client, name: str, **other: object) -> dict:
    """A stream as Fairlead makes it but for some settings, made by somebody else."""
    config = {**SMALL[name].config(), **other}
    reply = await client.request(f"$JS.API.STREAM.CREATE.{name}", json.dumps(config).encode(), timeout=5)
    return json.loads(reply.data)


async def test_all_streams_are_made(admin) -> None:
    await provision(admin)
    assert sorted([s.config.name for s in await admin.jetstream().streams_info()]) == sorted(s.name for s in STREAMS)


async def test_making_streams_again_changes_nothing(admin) -> None:
    await provision(admin)
    before = [(await held(admin, stream.name))["created"] for stream in STREAMS]
    await provision(admin)
    assert [(await held(admin, stream.name))["created"] for stream in STREAMS] == before


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
async def test_every_stream_is_on_disk_bounded_and_closed_to_tricks(bus_server, stream) -> None:
    config = (await held(await bus_server.connect("admin"), stream.name))["config"]
    assert config["storage"] == "file"
    assert config["max_bytes"] > 0
    assert (config["deny_delete"], config["allow_rollup_hdrs"], config["allow_direct"]) == (True, False, False)


async def test_the_ledger_keeps_everything_and_cannot_be_emptied(bus_server) -> None:
    config = (await held(await bus_server.connect("admin"), LEDGER))["config"]
    assert (config["discard"], config["deny_purge"], config["max_age"], config["max_msgs"]) == ("new", True, 0, -1)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("storage", "memory"), ("allow_rollup_hdrs", True), ("deny_delete", False), ("deny_purge", False),
        ("discard", "old"), ("max_age", 10**12), ("max_msgs", 5), ("max_msgs_per_subject", 1), ("no_ack", True),
        ("allow_direct", True), ("allow_msg_ttl", True), ("subjects", ["ledger.>", "more.>"]), ("max_bytes", 2 << 20),
        ("compression", "s2"), ("republish", {"src": ">", "dest": "copy.>"}), ("allow_atomic", False),
        ("subject_transform", {"src": "ledger.>", "dest": "other.>"}), ("persist_mode", "async"),
    ],
)  # fmt: skip
async def test_a_ledger_that_was_made_otherwise_is_refused_and_the_setting_named(admin, setting, value) -> None:
    together = {"persist_mode": {"allow_atomic": False}, "allow_rollup_hdrs": {"deny_purge": False}}
    made = await make(admin, LEDGER, **{setting: value}, **together.get(setting, {}))
    assert "error" not in made
    with pytest.raises(StreamMismatchError) as refused:
        await provision(admin, [SMALL[LEDGER]])
    assert f"{setting} is " in refused.value.what
    assert (await held(admin, LEDGER))["config"] == made["config"]


async def test_a_stream_that_somebody_changed_later_is_refused(bus_server) -> None:
    admin = await bus_server.connect("admin")
    ledger = next(stream for stream in STREAMS if stream.name == LEDGER)
    tampered = json.dumps({**ledger.config(), "max_age": 3600 * 10**9}).encode()
    await admin.request(f"$JS.API.STREAM.UPDATE.{LEDGER}", tampered, timeout=5)
    with pytest.raises(StreamMismatchError, match="LEDGER is not as Fairlead makes it: max_age is 3600000000000"):
        await verify(admin)


async def test_a_missing_stream_is_noticed_and_not_made_by_looking(admin) -> None:
    with pytest.raises(StreamMismatchError, match="LEDGER is not as Fairlead makes it: it is missing"):
        await verify(admin)
    assert await admin.jetstream().streams_info() == []


async def test_a_service_can_see_that_its_streams_are_right(bus_server) -> None:
    await verify(await bus_server.connect("registry"), [stream for stream in STREAMS if stream.name == LEDGER])


async def test_a_stream_grows_to_a_larger_size_and_never_shrinks(admin) -> None:
    await provision(admin, [SMALL[LEDGER]])
    larger = Stream(LEDGER, "ledger.>", 2 << 20, SMALL[LEDGER].special)
    await provision(admin, [larger])
    assert (await held(admin, LEDGER))["config"]["max_bytes"] == 2 << 20
    with pytest.raises(StreamMismatchError, match="max_bytes is 2097152 instead of 1048576"):
        await provision(admin, [SMALL[LEDGER]])


async def test_only_the_admin_makes_streams(nats_server, monkeypatch) -> None:
    monkeypatch.setattr(streams, "_WITHIN", 0.1)
    with pytest.raises(UnreachableError, match="is this the admin"):
        await provision(await nats_server.connect("registry"), [SMALL[LEDGER]])


async def test_what_the_server_refuses_is_said_in_its_words(admin) -> None:
    with pytest.raises(BusError, match="insufficient storage resources"):
        await provision(admin, [Stream(LEDGER, "ledger.>", 1 << 50)])


@pytest.mark.parametrize("verb", ["delete_msg", "purge_stream"])
async def test_not_even_the_admin_takes_something_out_of_the_ledger(bus_server, verb) -> None:
    await (await bus_server.connect("registry")).jetstream().publish("ledger.model.p.x", b"fact")
    admin = (await bus_server.connect("admin")).jetstream()
    arguments = {"delete_msg": {"stream_name": LEDGER, "seq": 1}, "purge_stream": {"name": LEDGER}}[verb]
    with pytest.raises(APIError, match="not permitted"):
        await getattr(admin._jsm, verb)(**arguments)
    assert (await admin.get_msg(LEDGER, 1)).data == b"fact"


async def test_a_rollup_header_does_not_wipe_the_ledger(bus_server) -> None:
    registry = (await bus_server.connect("registry")).jetstream()
    await registry.publish("ledger.model.p.x", b"fact")
    with pytest.raises(APIError, match="rollup not permitted"):
        await registry.publish("ledger.model.p.x", b"wipe", headers={"Nats-Rollup": "all"})
    assert (await registry.stream_info(LEDGER)).state.messages == 1


async def test_of_two_writers_who_expect_the_same_state_one_is_told(bus_server) -> None:
    registry = (await bus_server.connect("registry")).jetstream()
    await registry.publish("ledger.model.p.x", b"one", headers={EXPECTED_HEADER: "0"})
    with pytest.raises(APIError) as refused:
        await registry.publish("ledger.model.p.x", b"two", headers={EXPECTED_HEADER: "0"})
    assert refused.value.err_code == 10071


async def test_a_full_ledger_refuses_and_forgets_nothing(admin, nats_server) -> None:
    await provision(admin, [Stream(LEDGER, "ledger.>", 4096, SMALL[LEDGER].special)])
    registry = (await nats_server.connect("registry")).jetstream()
    await registry.publish("ledger.model.p.x", b"first")
    with pytest.raises(APIError) as refused:
        await registry.publish("ledger.model.p.y", b"0" * 4000)
    assert refused.value.err_code == 10077
    assert (await registry.get_msg(LEDGER, 1)).data == b"first"


async def test_a_ledger_message_of_the_largest_allowed_size_fits_and_a_larger_one_does_not(bus_server) -> None:
    registry = (await bus_server.connect("registry")).jetstream()
    await registry.publish("ledger.model.p.x", b"0" * LIMIT, headers={EXPECTED_HEADER: "0"})
    with pytest.raises(APIError, match="message size exceeds maximum"):
        await registry.publish("ledger.model.p.x", b"0" * (LIMIT + 16 * 1024))


async def test_routes_keep_the_last_table_of_each_deployment(bus_server) -> None:
    deployer = (await bus_server.connect("deployer")).jetstream()
    for table in (b"one", b"two"):
        await deployer.publish("routes.p.loans", table)
    gateway = (await bus_server.connect("gateway")).jetstream()
    assert (await gateway.get_last_msg(ROUTES, "routes.p.loans")).data == b"two"
    assert (await gateway.stream_info(ROUTES)).state.messages == 1


async def test_streams_outlive_a_killed_server(bus_server) -> None:
    registry = await bus_server.connect("registry")
    await registry.jetstream().publish("ledger.model.p.x", b"fact")
    await registry.close()
    bus_server.restart()
    again = await bus_server.connect("registry")
    await verify(again, [stream for stream in STREAMS if stream.name == LEDGER])
    assert (await again.jetstream().get_msg(LEDGER, 1)).data == b"fact"


values = st.one_of(st.booleans(), st.integers(1, 10**12), st.text(min_size=1, max_size=5), st.lists(st.text()))


@given(st.sampled_from(STREAMS), st.data())
def test_any_setting_with_any_other_value_is_a_difference(stream, data) -> None:
    wanted = stream.config()
    setting = data.draw(st.sampled_from([*wanted, "a_setting_of_a_later_server"]))
    value = data.draw(values.filter(lambda v: v != wanted.get(setting) and v not in (False, [])))
    assert [line.split()[0] for line in differences({**wanted, setting: value}, wanted)] == [setting]


@given(st.sampled_from(STREAMS), st.sampled_from([None, False, 0, -1, "", "none", {}]))
def test_a_setting_at_rest_that_is_not_named_is_no_difference(stream, rest) -> None:
    wanted = stream.config()
    assert differences({**wanted, "a_setting_of_a_later_server": rest, "metadata": {"_nats.ver": "9"}}, wanted) == []
