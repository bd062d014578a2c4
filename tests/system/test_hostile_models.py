"""Models that do what they should not: contained, said with replica and reason, and nobody else notices."""

import ctypes
import os
import re
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from fairlead_chassis.sandbox import landlock, seccomp
from fairlead_cli.register import register
from fairlead_contracts.adapters import Table
from system.installation import Fairlead, infer_body, simple_model, table, wait_for

LIMITS = {"memory": 1 << 30, "call_seconds": 8, "descriptors": 64}
confined = pytest.mark.skipif(
    landlock.abi() == 0 or not seccomp.available(), reason="this system has no Landlock, or no seccomp"
)


class Hostile:
    """Clips its first input; for some values of it, it does something else first."""

    classes = ("False", "True")

    def __init__(self, keys: str, elsewhere: str) -> None:
        self.keys, self.elsewhere, self.held = keys, elsewhere, []

    def predict(self, table: Table) -> dict[str, np.ndarray]:
        tricks = [
            self.loop, self.fork, self.eat, self.leak, self.write, self.steal, self.call, self.leave, self.crash,
            self.forge,
        ]  # fmt: skip
        first = float(table["amount"][0])
        if first >= 1000:
            tricks[int(first) - 1000]()
        return {"probability": np.clip(table["amount"], 0.05, 0.95)}

    def loop(self) -> None:
        while True:
            pass

    def fork(self) -> None:
        while True:
            os.fork()

    def eat(self) -> None:
        while True:
            self.held.append(np.ones(1 << 24))

    def leak(self) -> None:
        while True:
            self.held.append(os.open("/dev/null", os.O_RDONLY))

    def write(self) -> None:
        Path(self.elsewhere).write_text("was here")

    def steal(self) -> None:
        Path(self.keys).read_text()

    def call(self) -> None:
        socket.create_connection(("127.0.0.1", 1))

    def leave(self) -> None:
        raise SystemExit(4)

    def crash(self) -> None:
        ctypes.string_at(0)

    def forge(self) -> None:
        for descriptor in range(3, 10):
            try:
                os.write(descriptor, b"\xff" * 64)
            except OSError:
                continue
        time.sleep(60)


TRICKS = ["loop", "fork", "eat", "leak", "write", "steal", "call", "leave", "crash", "forge"]
ELSEWHERE = Path(tempfile.gettempdir()) / f"fairlead-hostile-{os.getpid()}"


@pytest.fixture(scope="module")
def hostile(fairlead: Fairlead) -> str:
    """The name of the hostile model's deployment."""
    admin, data = fairlead.admin, table().drop(columns="kind")
    author = fairlead.user("hostile", "role:trusted-publisher")
    model = Hostile(str(fairlead.home / "keys" / "admin.token"), str(ELSEWHERE))
    register(author, "hostile", model, data, target="bad")
    deploy(fairlead, author.seen, "hostile", {"champion": {"model": "hostile", "version": 1}, "limits": LIMITS})
    admin.seen = author.seen
    return "hostile"


def deploy(fairlead: Fairlead, seen: Any, name: str, spec: dict[str, Any]) -> None:
    admin = fairlead.admin
    admin.seen = seen
    if not admin.get_version(model=spec["champion"]["model"], version=1).approval:
        admin.approve_version(model=spec["champion"]["model"], version=1)
    admin.create_deployment(deployment=name, spec=spec)
    wait_for(lambda: admin.get_deployment(deployment=name).phase in ("ready", "failed"), 60)
    view = admin.get_deployment(deployment=name)
    assert view.phase == "ready", view.revisions[0].detail


def ask(fairlead: Fairlead, deployment: str, first: float = 0.1) -> tuple[int, dict[str, Any]]:
    body = infer_body(amount=[first, 2.0])
    response = fairlead.admin.http.post(f"/v2/models/{deployment}/infer", json=body, timeout=60)
    return response.status_code, response.json()


def detail(fairlead: Fairlead, deployment: str) -> str:
    return " ".join(each.detail for each in fairlead.admin.get_deployment(deployment=deployment).replicas)


@confined
@pytest.mark.parametrize(
    ("trick", "status", "said"),
    [
        ("loop", 504, "within 8 s"), ("fork", 422, "PermissionError"), ("eat", 503, "memory"),
        ("leak", 503, "open files"),
        ("write", 422, "PermissionError"), ("steal", 422, "PermissionError"), ("call", 422, "PermissionError"),
        ("leave", 503, "exit code 4"), ("crash", 503, "SIGSEGV"), ("forge", 503, "wrote over"),
    ],
)  # fmt: skip
def test_what_it_does_ends_with_itself_and_is_said(
    fairlead: Fairlead, hostile: str, deployed: str, trick: str, status: int, said: str
) -> None:
    neighbour = fairlead.admin.get_deployment(deployment=deployed).replicas
    code, answer = ask(fairlead, hostile, 1000 + TRICKS.index(trick))
    assert (code, said in answer["error"]) == (status, True), answer
    if status != 422:  # the model refused rows, which is not a trouble of the replica
        assert answer["code"] in ("model-failed", "model-timeout")
        wait_for(lambda: said in detail(fairlead, hostile), 10)
    assert ask(fairlead, hostile)[0] == 200
    assert ask(fairlead, deployed)[0] == 200
    assert [each.pid for each in fairlead.admin.get_deployment(deployment=deployed).replicas] == [
        each.pid for each in neighbour
    ]
    assert not ELSEWHERE.exists()
    [replica] = fairlead.admin.get_deployment(deployment=hostile).replicas
    assert len(psutil.Process(replica.pid).children(recursive=True)) == 1


def test_one_that_keeps_failing_is_degraded_refused_at_once_and_comes_back(fairlead: Fairlead, hostile: str) -> None:
    crash = 1000 + TRICKS.index("leave")
    said = [ask(fairlead, hostile, crash)[1] for _ in range(4)]
    assert [each["code"] for each in said] == ["model-failed"] * 3 + ["unavailable"]
    assert "exit code 4" in said[-1]["error"]
    wait_for(lambda: fairlead.admin.get_deployment(deployment=hostile).phase == "degraded", 10)
    wait_for(lambda: ask(fairlead, hostile)[0] == 200, 30)
    wait_for(lambda: fairlead.admin.get_deployment(deployment=hostile).phase == "ready", 10)


class Ambush(Hostile):
    """Behaves until it is loaded where it serves."""

    trick: str

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ |= state
        if "fairlead_runtime.worker.answering" in sys.modules:
            getattr(self, self.trick)()


@pytest.mark.parametrize(
    ("trick", "said"), [("loop", "did not load within 5 s"), ("leave", "exit code 4"), ("steal", "raised|Error")]
)
@confined
def test_one_that_does_not_load_fails_its_rollout_and_what_served_goes_on(
    fairlead: Fairlead, hostile: str, trick: str, said: str
) -> None:
    admin, model = fairlead.admin, Ambush(str(fairlead.home / "keys" / "admin.token"), str(ELSEWHERE))
    model.trick = trick
    author = fairlead.user(f"ambush-{trick}", "role:trusted-publisher")
    version = register(author, "hostile", model, table().drop(columns="kind"), target="bad").fact.version
    admin.seen = author.seen
    admin.approve_version(model="hostile", version=version)
    spec = {"champion": {"model": "hostile", "version": version}, "limits": {**LIMITS, "start_seconds": 5}}
    admin.update_deployment(deployment=hostile, spec=spec)
    wait_for(lambda: admin.get_deployment(deployment=hostile).phase == "failed", 60)
    view = admin.get_deployment(deployment=hostile)
    assert re.search(said, view.revisions[0].detail), view.revisions[0].detail
    assert f"replica {hostile}-" in view.revisions[0].detail
    assert view.serving == view.revisions[-1].revision
    assert ask(fairlead, hostile)[0] == 200


@pytest.mark.parametrize(("number", "said"), [(signal.SIGSEGV, "SIGSEGV"), (signal.SIGSTOP, "health checks")])
def test_a_replica_that_crashes_or_falls_silent_is_started_anew_and_the_status_says_why(
    fairlead: Fairlead, number: signal.Signals, said: str
) -> None:
    name = f"victim-{number.name.lower()}"
    author = fairlead.user(name, "role:data-scientist")
    register(author, name, *simple_model(), target="bad")
    deploy(fairlead, author.seen, name, {"champion": {"model": name, "version": 1}})
    [before] = fairlead.admin.get_deployment(deployment=name).replicas
    os.kill(before.pid, number)
    wait_for(lambda: said in detail(fairlead, name), 20)
    wait_for(lambda: fairlead.admin.get_deployment(deployment=name).phase == "ready", 60)
    [after] = fairlead.admin.get_deployment(deployment=name).replicas
    assert after.pid != before.pid
    assert f"started anew once, last at {after.started:%Y-%m-%d}" in after.detail
    wait_for(lambda: ask(fairlead, name)[0] == 200, 20)
