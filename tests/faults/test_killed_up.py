"""`fairlead up` killed by -9 while nats-server and services live on: there is never a second server on one store."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from fairlead_cli.commands import evidence
from faults.streams_of_work import Work
from faults.test_kill import deployed
from system.installation import Fairlead, ended, started, wait_for
from system.processes import nats_servers, of_home

FAIRLEAD = [sys.executable, "-c", "import fairlead_cli; fairlead_cli.main()"]

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]


@contextmanager
def most_servers(home: Path) -> Iterator[list[int]]:
    """Watch how many nats-servers live on the store at once; the list holds the most that was seen."""
    most, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            most[0] = max(most[0], len(nats_servers(home)))

    thread = threading.Thread(target=watch)
    thread.start()
    yield most
    done.set()
    thread.join()


def killed(fairlead: Fairlead) -> None:
    """kill -9 of `fairlead up` alone."""
    fairlead.process.kill()
    fairlead.process.wait()
    for client in fairlead.clients:
        client.close()


def test_up_again_after_a_kill_takes_over_with_one_server_and_every_change(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = started(home)
    replica = deployed(first)
    with Work(first, replica) as work:
        wait_for(lambda: len(work.acknowledged) > 20 and work.answered > 20, 30)
        killed(first)
    assert len(nats_servers(home)) == 1
    asked = subprocess.run([*FAIRLEAD, "status", "--home", str(home)], capture_output=True, text=True, check=False)
    said = asked.stdout
    assert asked.returncode == 3
    assert "fairlead down" in said
    with most_servers(home) as most:
        second = started(home)
    try:
        assert most == [1]
        admin = second.admin
        admin.seen = max(work.acknowledged.values())
        assert [admin.get_model(model=name).model for name in work.acknowledged] == list(work.acknowledged)
        deployment = admin.get_deployment(deployment="small")
        assert [each.address for each in deployment.replicas] == [replica]  # adopted, not started anew
        evidence.save(admin, tmp_path / "evidence")
        assert evidence.check(tmp_path / "evidence").ok
    finally:
        ended(second)
    assert of_home(home) == []


def test_a_killed_start_is_taken_over_at_whatever_moment_it_was_killed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for moment in ("nats-server", "access", "monitor"):
        log = tmp_path / "up.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*FAIRLEAD, "up", "--quiet", "--home", str(home), "--port", "0"], stdout=output, stderr=output,
                start_new_session=True, env={**os.environ, "FAIRLEAD_MIN_FREE": "1000000"},
            )  # fmt: skip
        wait_for(lambda word=moment, log=log: word in log.read_text(), 60)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert len(nats_servers(home)) <= 1
    with most_servers(home) as most:
        running = started(home)
    assert most == [1]
    ended(running)
    assert of_home(home) == []


def test_down_ends_what_a_killed_up_left(tmp_path: Path) -> None:
    home = tmp_path / "home"
    fairlead = started(home)
    deployed(fairlead)
    killed(fairlead)
    assert of_home(home) != []
    subprocess.check_call([*FAIRLEAD, "down", "--home", str(home)], timeout=90)
    wait_for(lambda: of_home(home) == [], 10)
    assert "Nothing runs" in subprocess.check_output([*FAIRLEAD, "down", "--home", str(home)], text=True)


def test_a_nats_server_that_was_left_alone_is_ended_before_another_starts(tmp_path: Path) -> None:
    home = tmp_path / "home"
    fairlead = started(home)
    services = psutil.Process(fairlead.process.pid).children()
    killed(fairlead)
    for each in services:
        if "nats-server" not in each.name():
            each.kill()
    [left] = nats_servers(home)
    again = started(home)
    try:
        assert not left.is_running()
        assert len(nats_servers(home)) == 1
    finally:
        ended(again)
