"""With one service's key on the real bus: no other service can be spoken for, and the attempt is found."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fairlead_chassis.natsd.connect import connect
from fairlead_cli.app import app
from fairlead_contracts.errors import ForbiddenError
from fairlead_contracts.facts.access import RoleBound
from fairlead_contracts.ledger import Decision, Envelope
from fairlead_contracts.messages import LEDGER
from nats.js import JetStreamContext
from system.installation import Fairlead, ended, started, wait_for
from typer.testing import CliRunner

MALLORY = "user:mallory"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Fairlead]:
    """An installation of its own: its audit finds the attempt for ever."""
    running = started(tmp_path / "home")
    yield running
    ended(running)


def test_a_stolen_key_of_the_monitor_makes_nobody_an_administrator(own: Fairlead) -> None:
    mallory = own.user("mallory")
    asyncio.run(_smuggle(own))
    wait_for(lambda: own.admin.search_audit(kind="foreign").items, 10)
    with pytest.raises(ForbiddenError):
        mallory.create_project(name="mine")
    own.admin.create_project(name="still-works")
    found = CliRunner(env={"COLUMNS": "40"}).invoke(app, ["doctor", "--home", str(own.home)])
    assert found.exit_code == 1
    [line] = [line for line in found.output.splitlines() if line.startswith("✗")]
    assert "on ledger.monitor._.a was written by no service of Fairlead" in line


async def _smuggle(fairlead: Fairlead) -> None:
    run = json.loads((fairlead.home / "run.json").read_text())
    creds = fairlead.home / "keys" / "nats" / "monitor.creds"
    bus = await connect(run["nats"], creds, name="mallory")
    fact = RoleBound(principal=MALLORY, role="role:admin", domain="*")
    envelope = Envelope(
        operation_id="x", operation="create_binding", service="access", actor="user:admin", project="_", kind="monitor",
        token="a",  # noqa: S106  # a part of the subject
        facts=(fact.record(),), decision=Decision(allowed=True, revision=1, rule="admin"),
        request="sha256:" + "0" * 64,
    ).sealed()  # fmt: skip
    await JetStreamContext(bus).publish("ledger.monitor._.a", envelope.encode(), stream=LEDGER)
    await bus.close()
