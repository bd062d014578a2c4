"""A connection that lasts, and clear words when there is none."""

import asyncio
import socket
import time

import pytest
from fairlead_chassis.natsd import monitoring
from fairlead_chassis.natsd.connect import connect, settle
from fairlead_chassis.natsd.credentials import Credentials
from fairlead_chassis.natsd.errors import CredentialsRefusedError, DamagedKeysError, UnreachableError
from fairlead_chassis.natsd.keys import ensure_keys
from fairlead_chassis.natsd.nkey import Key, Kind

NOBODY = Credentials.make("nobody", "AX", Key.make(Kind.ACCOUNT))


async def until(condition, within: float = 5.0) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)


async def test_a_connection_outlives_the_server(bus_server) -> None:
    registry = await bus_server.connect("registry")
    await asyncio.to_thread(bus_server.kill)
    await until(lambda: registry.is_reconnecting)
    await asyncio.to_thread(bus_server.start)
    await until(lambda: registry.is_connected)
    assert (await registry.jetstream().publish("ledger.model.p.x", b"fact", timeout=5)).seq == 1


async def test_subscriptions_are_there_again_after_a_restart(nats_server) -> None:
    access, registry = await nats_server.connect("access"), await nats_server.connect("registry")
    heard = await access.subscribe("op.*.access.>")
    await settle(access)
    await asyncio.to_thread(nats_server.restart)
    await until(lambda: access.stats["reconnects"] and registry.stats["reconnects"])
    await settle(access)
    await registry.publish("op.registry.access.list_users", b"again")
    assert (await heard.next_msg(timeout=5)).data == b"again"


async def test_the_server_shows_who_is_connected(nats_server) -> None:
    registry = await nats_server.connect("registry")
    _, shown = await asyncio.to_thread(monitoring._get, nats_server.monitor_url, "/connz")
    assert [connection["name"] for connection in shown["connections"]] == ["registry"]
    assert registry.new_inbox().startswith("_INBOX.registry.")


async def test_no_server_is_said_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        url = f"nats://127.0.0.1:{holder.getsockname()[1]}"
    before = time.monotonic()
    with pytest.raises(UnreachableError, match=r"answers at .* \(.*Connect call failed"):
        await connect(url, NOBODY, name="registry", within=0.2)
    assert time.monotonic() - before < 2


async def test_a_connect_that_is_given_up_leaves_nothing_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        trying = asyncio.create_task(connect(f"nats://127.0.0.1:{silent.getsockname()[1]}", NOBODY, name="registry"))
        await asyncio.sleep(0)
        accepted = await asyncio.to_thread(silent.accept)
        trying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await trying
        with accepted[0] as theirs:
            assert theirs.recv(1) == b""


async def test_something_that_is_no_nats_server_is_said_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(UnreachableError):
        await connect(f"nats://127.0.0.1:{silent.getsockname()[1]}", NOBODY, name="registry", within=0.2)


async def test_missing_credentials_are_said_at_once(nats_server, tmp_path) -> None:
    with pytest.raises(DamagedKeysError, match=r"none\.creds is missing"):
        await connect(nats_server.url, tmp_path / "none.creds", name="registry")


@pytest.mark.parametrize("text", ["", "nonsense", "-----BEGIN NATS USER JWT-----\n"])
async def test_damaged_credentials_are_said_at_once(nats_server, tmp_path, text) -> None:
    path = tmp_path / "damaged.creds"
    path.write_text(text)
    with pytest.raises(DamagedKeysError, match=r"damaged\.creds holds no NATS credentials"):
        await connect(nats_server.url, path, name="registry", within=2)


async def test_a_token_that_is_not_readable_is_said_at_once(nats_server) -> None:
    for token in ("", "a.b.c", "a.bnVsbA.c", "a.e30.c"):
        with pytest.raises(DamagedKeysError, match="JWT is not readable"):
            await connect(nats_server.url, Credentials(token, NOBODY.key), name="registry")


async def test_foreign_credentials_are_refused_at_once(nats_server, tmp_path) -> None:
    before = time.monotonic()
    with pytest.raises(CredentialsRefusedError, match="does not accept the credentials of registry"):
        await connect(nats_server.url, ensure_keys(tmp_path / "b").credentials("registry"), name="registry")
    assert time.monotonic() - before < 1


async def test_a_connection_that_the_server_ends_for_good_is_reported(nats_server, tmp_path) -> None:
    gone = asyncio.Event()

    async def closed() -> None:
        gone.set()

    registry = await nats_server.connect("registry", closed=closed)
    nats_server.kill()
    nats_server.keys = ensure_keys(tmp_path / "another")
    nats_server.start()
    async with asyncio.timeout(10):
        await gone.wait()
    assert registry.is_closed


async def test_what_was_sent_before_settling_has_happened_after_it(nats_server) -> None:
    access, registry = await nats_server.connect("access"), await nats_server.connect("registry")
    for round_ in range(50):
        heard = await access.subscribe(f"op.*.access.round{round_}")
        await settle(access)
        await registry.publish(f"op.registry.access.round{round_}")
        await settle(registry)
        assert (await heard.next_msg(timeout=1)).subject.endswith(str(round_))
