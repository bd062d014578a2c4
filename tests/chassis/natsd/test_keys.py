"""The keys of one Fairlead: made once, kept, private; and what a change of the table of permissions does."""

import stat
import threading
from dataclasses import replace

import pytest
from fairlead_chassis.natsd.connect import connect
from fairlead_chassis.natsd.errors import CredentialsRefusedError, DamagedKeysError
from fairlead_chassis.natsd.keys import ensure_keys
from fairlead_chassis.natsd.permissions import SERVICES, Grant


def contents(keys) -> dict[str, str]:
    return {path.name: path.read_text() for path in keys.directory.iterdir()}


def test_keys_are_made_once_and_stay(tmp_path) -> None:
    first = contents(ensure_keys(tmp_path))
    assert contents(ensure_keys(tmp_path)) == first


def test_two_homes_share_no_key(tmp_path) -> None:
    one, other = contents(ensure_keys(tmp_path / "one")), contents(ensure_keys(tmp_path / "other"))
    assert [name for name, text in one.items() if other[name] == text] == []


def test_everyone_who_starts_at_once_gets_the_same_keys(tmp_path) -> None:
    found = []
    starts = [threading.Thread(target=lambda: found.append(ensure_keys(tmp_path))) for _ in range(8)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(found) == 8
    assert all(keys == found[0] for keys in found)
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["nats"]


def test_only_the_owner_may_open_keys(tmp_path) -> None:
    keys = ensure_keys(tmp_path)
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.directory.iterdir()} == {0o600}
    assert stat.S_IMODE(keys.directory.stat().st_mode) == 0o700


def test_no_seed_shows_in_a_log(tmp_path) -> None:
    keys = ensure_keys(tmp_path)
    shown = f"{keys!r} {keys.operator!r} {keys.roles['registry']!r}"
    assert not any(text.strip() in shown for name, text in contents(keys).items() if name.endswith(".seed"))


def test_a_service_that_is_new_gets_keys_and_the_others_keep_theirs(tmp_path) -> None:
    before = contents(ensure_keys(tmp_path))
    keys = ensure_keys(tmp_path, {**SERVICES, "witness": Grant()})
    assert keys.credentials("witness").exists()
    assert {name: text for name, text in contents(keys).items() if name in before} == before


@pytest.mark.parametrize("name", ["operator", "fairlead", "replicas", "system"])
def test_a_root_key_that_is_gone_is_never_made_anew(tmp_path, name) -> None:
    keys = ensure_keys(tmp_path)
    (keys.directory / f"{name}.seed").unlink()
    with pytest.raises(DamagedKeysError, match=f"{name}.seed is missing"):
        ensure_keys(tmp_path)


@pytest.mark.parametrize("damage", ["", "nonsense", "SO" + "A" * 56, "\0"])
def test_a_damaged_key_is_refused_and_not_shown(tmp_path, damage) -> None:
    keys = ensure_keys(tmp_path)
    (keys.directory / "operator.seed").write_text(damage)
    with pytest.raises(DamagedKeysError) as refused:
        ensure_keys(tmp_path)
    assert not damage or damage not in refused.value.detail


async def test_credentials_outlive_the_server(nats_server) -> None:
    await (await nats_server.connect("registry")).close()
    nats_server.restart()
    assert (await nats_server.connect("registry")).is_connected


async def test_credentials_of_another_fairlead_are_refused(nats_server, tmp_path) -> None:
    other = ensure_keys(tmp_path / "other")
    with pytest.raises(CredentialsRefusedError, match="registry"):
        await connect(nats_server.url, other.credentials("registry"), name="registry")


async def test_credentials_given_out_long_ago_follow_the_table_of_today(nats_server, may_publish) -> None:
    assert await may_publish(await nats_server.connect("registry"), "ledger.model.p.x")
    await nats_server.close()
    nats_server.keys = replace(nats_server.keys, services={**SERVICES, "registry": Grant(kinds=("other",))})
    nats_server.start()
    client = await nats_server.connect("registry")
    assert await may_publish(client, "ledger.other.p.x")
    assert not await may_publish(client, "ledger.model.p.x")
