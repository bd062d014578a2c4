"""kill -9 in the middle of work: nothing acknowledged is lost, nothing is half done, replicas keep answering."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from fairlead_cli.commands import evidence
from fairlead_cli.register import register
from faults.rebuilt import SERVICES, log_of, messages, rebuilt, running
from faults.streams_of_work import Work
from system.installation import Fairlead, ended, simple_model, started, wait_for

KILLS = int(os.environ.get("FAIRLEAD_TEST_KILLS", "3"))
VICTIMS = ("nats", *SERVICES)

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120 + 60 * KILLS)]


@pytest.fixture
def fairlead(tmp_path: Path) -> Iterator[Fairlead]:
    fairlead = started(tmp_path / "home")
    yield fairlead
    ended(fairlead)


def deployed(fairlead: Fairlead) -> str:
    """A deployment with one replica; returns the replica's own address."""
    admin = fairlead.admin
    model, data = simple_model()
    author = fairlead.user("author", "role:data-scientist")
    register(author, "small", model, data, target="bad")
    admin.seen = author.seen
    admin.approve_version(model="small", version=1)
    admin.create_deployment(deployment="small", spec={"champion": {"model": "small", "version": 1}})
    wait_for(lambda: admin.get_deployment(deployment="small").phase == "ready", 40)
    return str(admin.get_deployment(deployment="small").replicas[0].address)


def pid_of(fairlead: Fairlead, victim: str) -> int:
    """The process of a service, or of nats-server."""
    if victim != "nats":
        return int(json.loads((fairlead.home / "run" / f"{victim}-0.json").read_text())["pid"])
    children = psutil.Process(fairlead.process.pid).children()
    return next(child.pid for child in children if "nats-server" in child.name())


def kill_and_wait(fairlead: Fairlead, victim: str) -> None:
    """kill -9, and wait until another process answers in its place."""
    before = pid_of(fairlead, victim)
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: back(fairlead, victim, before), 40)


def back(fairlead: Fairlead, victim: str, before: int) -> bool:
    try:
        if pid_of(fairlead, victim) == before:
            return False
        if victim == "nats":
            return True
        said = json.loads((fairlead.home / "run" / f"{victim}-0.json").read_text())
        return httpx.get(f"{said['health']}/readyz", timeout=1).is_success
    except (OSError, ValueError, StopIteration, psutil.Error, httpx.TransportError):
        return False


def test_whatever_is_killed_nothing_acknowledged_is_lost(fairlead: Fairlead, tmp_path: Path) -> None:
    replica = deployed(fairlead)
    with Work(fairlead, replica) as work:
        for _ in range(KILLS):
            for victim in VICTIMS:
                acknowledged = len(work.acknowledged)
                kill_and_wait(fairlead, victim)
                wait_for(lambda least=acknowledged: len(work.acknowledged) > least + 5, 40)
    assert work.unanswered == []
    assert work.answered > 0

    admin = fairlead.admin
    admin.seen = max(work.acknowledged.values())
    for service in SERVICES:
        wait_for(lambda name=service: running(fairlead.home, name)["meta"][0][1] >= admin.seen, 20)
    evidence.save(admin, tmp_path / "evidence")
    report = evidence.check(tmp_path / "evidence")
    assert report.ok, (report.bad[:3], report.problems)

    log = log_of(tmp_path / "evidence")
    for name, sequence in work.acknowledged.items():
        assert [fact["data"]["model"] for fact in log[sequence - 1]["facts"]] == [name]
    created = [fact["data"]["model"] for entry in log for fact in entry["facts"] if fact["type"] == "model_created"]
    assert len(created) == len(set(created))

    kept = {service: running(fairlead.home, service) for service in SERVICES}
    admin.seen = max(tables["meta"][0][1] for tables in kept.values())
    evidence.save(admin, tmp_path / "after")
    exported = messages(tmp_path / "after" / evidence.LOG)
    for service, tables in kept.items():
        applied = tables["meta"][0][1]
        assert applied >= max(work.acknowledged.values())
        assert rebuilt(service, exported[:applied], tmp_path / "rebuilt") == tables, service
    summary = (
        f"{len(work.acknowledged)} changes acknowledged, {work.unknown} without an answer; {work.answered} predictions"
    )
    sys.stdout.write(f"\n{KILLS} kills each of {', '.join(VICTIMS)}: {summary}; 0 lost, 0 unanswered\n")
