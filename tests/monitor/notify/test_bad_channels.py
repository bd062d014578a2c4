"""A channel that cannot work is refused at its place, with what would; and nothing secret is kept or shown."""

from typing import Any

import pytest
from chassis.copies import Copy
from fairlead_contracts.errors import (
    FairleadError,
    InvalidRequestError,
    NotFoundError,
    UnavailableError,
)
from fairlead_contracts.messages import LEDGER
from fairlead_contracts.operations.channels import GET_CHANNEL, LIST_CHANNELS, REMOVE_CHANNEL, SET_CHANNEL, TRY_CHANNEL

HOOK = {
    "project": "default", "name": "ops", "notifier": "webhook",
    "settings": {"url": "https://hooks.example.com/x"}, "secrets": {"key": "file:hook-key"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "pointer", "says"),
    [
        ({"notifier": "pigeon"}, "/notifier", "webhook"),
        ({"settings": {"url": "https://a.example", "colour": "red"}}, "/settings/colour", "it takes url"),
        ({"settings": {"url": "https://a.example", "key": "c2VjcmV0"}}, "/settings/key", "twice"),
        ({"settings": {"url": "https://a.example", "key": "c2VjcmV0"}, "secrets": {}}, "/settings/key", "secret"),
        ({"secrets": {}}, "/secrets", "key is missing"),
        ({"settings": {}}, "/settings", "url is missing"),
        ({"settings": {"url": "ftp://a.example"}}, "/settings", "https://"),
        ({"settings": {"url": "https://me:pw@a.example"}}, "/settings", "password"),
        ({"settings": {"url": "https://a.example:99999/"}}, "/settings", "ort"),
        ({"settings": {"url": "https://a.example/\r\nx: y"}}, "/settings", "control"),
        ({"secrets": {"key": "hunter2"}}, "/secrets/key", "pattern"),
        ({"secrets": {"key": "file:../admin"}}, "/secrets/key", "pattern"),
        ({"quiet": {"start": "22:00", "end": "7:00"}}, "/quiet/end", "pattern"),
        ({"quiet": {"start": "22:00", "end": "07:00", "zone": "Mars/Olympus"}}, "/quiet/zone", "Europe/Zurich"),
        ({"resend_minutes": -1}, "/resend_minutes", "0"),
        ({"deployments": ["Not A Name"]}, "/deployments/0", "pattern"),
    ],
)  # fmt: skip
async def test_it_is_refused_at_its_place(monitor: Copy, wrong: dict[str, Any], pointer: str, says: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        await monitor.ask(SET_CHANNEL, **{**HOOK, **wrong})
    assert [each.pointer for each in caught.value.errors] == [pointer]
    assert says in caught.value.errors[0].detail
    assert (await monitor.ask(LIST_CHANNELS, project="default")).items == ()


async def test_the_same_channel_again_changes_nothing_and_another_takes_its_place(monitor: Copy) -> None:
    assert (await monitor.ask(SET_CHANNEL, **HOOK)).changed
    assert not (await monitor.ask(SET_CHANNEL, **HOOK)).changed
    assert (await monitor.ask(SET_CHANNEL, **{**HOOK, "min_severity": "critical"})).changed
    assert (await monitor.ask(GET_CHANNEL, project="default", name="ops")).channel.min_severity == "critical"


async def test_a_secret_is_found_nowhere_but_where_its_keeper_put_it(monitor: Copy) -> None:
    folder = monitor.chassis.home / "secrets" / "default"
    folder.mkdir(parents=True)
    (folder / "hook-key").write_text("not base64, and S3CRET")
    await monitor.ask(SET_CHANNEL, **HOOK)
    with pytest.raises(UnavailableError) as caught:
        await monitor.ask(TRY_CHANNEL, project="default", name="ops")
    assert "not base64" in caught.value.detail
    shown = await monitor.ask(GET_CHANNEL, project="default", name="ops")
    written = [
        (await monitor.chassis.bus.js.get_msg(LEDGER, sequence)).data or b""
        for sequence in range(1, await monitor.chassis.ledger.tail() + 1)
    ]
    assert "S3CRET" not in caught.value.detail + shown.model_dump_json() + b"".join(written).decode()


async def test_a_secret_that_is_not_there_says_where_it_is_looked_for(monitor: Copy) -> None:
    for name, secret in (("a", "file:gone"), ("b", "env:gone-too")):
        await monitor.ask(SET_CHANNEL, **{**HOOK, "name": name, "secrets": {"key": secret}})
    with pytest.raises(UnavailableError, match="secrets/default/gone"):
        await monitor.ask(TRY_CHANNEL, project="default", name="a")
    with pytest.raises(UnavailableError, match="FAIRLEAD_SECRET__DEFAULT__GONE_TOO"):
        await monitor.ask(TRY_CHANNEL, project="default", name="b")


@pytest.mark.parametrize("operation", [GET_CHANNEL, REMOVE_CHANNEL, TRY_CHANNEL], ids=lambda each: each.name)
async def test_a_channel_that_is_not_there_is_said_to_be_none(monitor: Copy, operation: Any) -> None:
    with pytest.raises(NotFoundError, match="fairlead channel list"):
        await monitor.ask(operation, project="default", name="ops")


async def test_nobody_makes_channels_without_being_allowed_to(monitor: Copy) -> None:
    with pytest.raises(NotFoundError, match="no project default that you may know of"):
        await monitor.ask(SET_CHANNEL, "user:nobody", **HOOK)
    assert (await monitor.ask(LIST_CHANNELS, project="default")).items == ()


async def test_a_private_address_is_not_reached_and_the_setting_is_named(monitor: Copy) -> None:
    key = monitor.chassis.home / "secrets" / "default" / "hook-key"
    key.parent.mkdir(parents=True)
    key.write_text("A" * 43 + "=")
    for host in ("127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.1", "[::ffff:127.0.0.1]"):
        await monitor.ask(SET_CHANNEL, **{**HOOK, "settings": {"url": f"https://{host}/"}})
        with pytest.raises(FairleadError, match="FAIRLEAD_NOTIFIER_NETWORKS"):
            await monitor.ask(TRY_CHANNEL, project="default", name="ops")
