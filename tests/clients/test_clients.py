"""The clients that teams have already, unmodified and in environments of their own, get the same answers from us.

`tox -e clients` makes the environments and says where they are; without it there is nothing to run.
"""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fairlead_cli.register import register
from system.installation import Fairlead, ended, infer_body, simple_model, started, wait_for

FOLDER = os.environ.get("FAIRLEAD_CLIENTS")
pytestmark = pytest.mark.skipif(FOLDER is None, reason="`tox -e clients` has the clients")
TALK = Path(__file__).with_name("talk.py")


@pytest.fixture(scope="module")
def grpc_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as asked:
        port: int = asked.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def fairlead(tmp_path_factory: pytest.TempPathFactory, grpc_port: int) -> Iterator[Fairlead]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAIRLEAD_GRPC_PORT", str(grpc_port))
        running = started(tmp_path_factory.mktemp("fairlead"))
    yield running
    ended(running)


@pytest.fixture(scope="module")
def expected(fairlead: Fairlead) -> dict[str, Any]:
    """What plain HTTP answers; the deployment is made for it."""
    admin, (model, data) = fairlead.admin, simple_model()
    author = fairlead.user("author", "role:data-scientist")
    register(author, "small", model, data, target="bad")
    admin.seen = author.seen
    admin.approve_version(model="small", version=1)
    spec = {"champion": {"model": "small", "version": 1}, "serving": {"grpc": True}}
    admin.create_deployment(deployment="small", spec=spec)
    wait_for(lambda: admin.get_deployment(deployment="small").phase in ("ready", "failed"), 40)
    answer = admin.http.post("/v2/models/small/infer", json=infer_body()).json()
    return {each["name"]: each["data"] for each in answer["outputs"]}


def asked(client: str, *where: str) -> "subprocess.CompletedProcess[str]":
    # MLflow and KServe want different versions of protobuf.
    python = Path(str(FOLDER)) / ("mlflow" if client == "mlflow" else "oip") / "bin" / "python"
    return subprocess.run([str(python), str(TALK), client, *where], capture_output=True, text=True, timeout=120)


def said(client: str, *where: str) -> dict[str, Any]:
    done = asked(client, *where)
    assert done.returncode == 0, done.stderr[-2_000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture
def where(fairlead: Fairlead, grpc_port: int, expected: dict[str, Any]) -> tuple[str, ...]:
    token = (fairlead.home / "keys" / "admin.token").read_text().strip()
    return fairlead.url.removeprefix("http://"), f"127.0.0.1:{grpc_port}", "small", token


@pytest.mark.parametrize("client", ["triton_http", "triton_grpc"])
def test_tritons_client(client: str, where: tuple[str, ...], expected: dict[str, Any]) -> None:
    found = said(client, *where)
    assert (found["probability"], found["label"]) == (expected["probability"], expected["label"])
    assert [found[each] for each in ("live", "ready", "model_ready", "version_ready")] == [True] * 4
    assert (found["inputs"], found["index"]) == (["amount", "ratio"], ["small"])
    assert "nosuch" in found["refusal"]
    if client == "triton_http":
        assert (found["gzip"], found["deflate"], found["json"]) == (
            expected["probability"], expected["probability"], expected["label"],
        )  # fmt: skip


@pytest.mark.parametrize("client", ["kserve_http", "kserve_grpc"])
def test_kserves_client(client: str, where: tuple[str, ...], expected: dict[str, Any]) -> None:
    found = said(client, *where)
    assert (found["probability"], found["label"]) == (expected["probability"], expected["label"])
    assert [found[each] for each in ("live", "ready", "model_ready")] == [True] * 3


def _replica(fairlead: Fairlead, what: str) -> str:
    [state] = [json.loads(each.read_text()) for each in (fairlead.home / "replicas").glob("*/state.json")]
    return str(state[what]).removeprefix("http://")


def test_mlflows_client_at_a_replica(fairlead: Fairlead, where: tuple[str, ...], expected: dict[str, Any]) -> None:
    found = said("mlflow", _replica(fairlead, "address"), *where[1:])
    assert (found["probability"], found["label"]) == (expected["probability"], expected["label"])


def test_tritons_client_over_grpc_at_a_replica(
    fairlead: Fairlead, where: tuple[str, ...], expected: dict[str, Any]
) -> None:
    found = said("triton_grpc", where[0], _replica(fairlead, "grpc"), *where[2:])
    assert (found["probability"], found["label"]) == (expected["probability"], expected["label"])


def test_who_has_no_token_or_no_right_is_told_so(fairlead: Fairlead, where: tuple[str, ...]) -> None:
    assert "UNAUTHENTICATED" in asked("triton_grpc", *where[:3], "none").stderr
