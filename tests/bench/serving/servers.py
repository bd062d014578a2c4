"""The servers that are compared: how each is installed, started and asked, and where its scores are in its answer."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

PEERS = Path(__file__).parent / "peers"
ENVIRONMENTS = Path(__file__).parents[3] / ".tox" / "peers"
FEATURES = 20


@dataclass(frozen=True)
class Peer:
    """One server. `command` has `{python}`, `{bin}`, `{model}`, `{folder}` and `{port}`."""

    name: str
    packages: tuple[str, ...]
    command: str
    path: str
    ready: str
    body: Callable[[Any], Any]
    scores: Callable[[Any], list[float]]
    prepare: Callable[[Path, Path, int], None] = lambda python, folder, port: None
    environment: dict[str, str] = field(default_factory=dict)


def protocol(rows: Any, **more: Any) -> dict[str, Any]:
    """The rows in the Open Inference Protocol."""
    flat = [value for row in rows for value in row]
    return {"inputs": [{"name": "rows", "datatype": "FP64", "shape": [len(rows), FEATURES], "data": flat}], **more}


def first_output(answer: Any) -> list[float]:
    """The data of an answer's first output."""
    data: list[float] = answer["outputs"][0]["data"]
    return data


def _mlserver(_python: Path, folder: Path, port: int) -> None:
    settings = {
        "parallel_workers": 0,
        "http_port": port,
        "grpc_port": port + 1,
        "metrics_endpoint": None,
        "debug": False,
    }
    model = {
        "name": "bench",
        "implementation": "mlserver_sklearn.SKLearnModel",
        "parameters": {"uri": "./model.joblib"},
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    (folder / "model-settings.json").write_text(json.dumps(model))


def _mlflow(python: Path, folder: Path, _port: int) -> None:
    command = [python, PEERS / "mlflow_save.py", folder / "model.joblib", folder / "saved"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)


LEARNERS = ("scikit-learn", "lightgbm", "joblib")
ALL = (
    Peer(
        "MLServer, parallel_workers=0", ("mlserver", "mlserver-sklearn", *LEARNERS), "{bin}/mlserver start {folder}",
        "/v2/models/bench/infer", "/v2/models/bench/ready",
        lambda rows: protocol(rows, outputs=[{"name": "predict_proba"}]),
        lambda answer: answer["outputs"][0]["data"][1::2], _mlserver,
    ),
    Peer(
        "KServe", ("kserve", *LEARNERS), "{python} {peers}/kserve_server.py {model} {port}",
        "/v2/models/bench/infer", "/v2/models/bench/ready", protocol, first_output,
    ),
    Peer(
        "BentoML", ("bentoml", *LEARNERS),
        "{bin}/bentoml serve bentoml_service:Bench --working-dir {peers} --port {port}",
        "/infer", "/readyz", lambda rows: {"rows": rows}, lambda answer: list(answer),
        environment={"BENTOML_DO_NOT_TRACK": "True"},
    ),
    Peer(
        "MLflow", ("mlflow", *LEARNERS),
        "{bin}/mlflow models serve -m {folder}/saved --env-manager local -p {port} -w 1",
        "/invocations", "/ping", lambda rows: {"inputs": rows},
        lambda answer: [row[1] for row in answer["predictions"]], _mlflow,
    ),
    Peer(
        "FastAPI and uvicorn", ("fastapi", "uvicorn[standard]", *LEARNERS),
        "{python} {peers}/fastapi_server.py {model} {port}", "/infer", "/ready", protocol, first_output,
    ),
)  # fmt: skip


class NotInstalledError(Exception):
    """A peer could not be installed; the text says why."""


def installed(peer: Peer) -> Path:
    """The python of a peer's environment, which is made with uv where it is not whole. Raises: NotInstalledError."""
    folder = ENVIRONMENTS / peer.packages[0]
    python, whole = folder / "bin" / "python", folder / "installed"
    if not whole.exists():
        try:
            _install(folder, python, peer.packages)
        except subprocess.CalledProcessError as error:
            raise NotInstalledError(error.stderr.decode(errors="replace").strip()[-300:]) from error
        whole.touch()
    return python


def _install(folder: Path, python: Path, packages: tuple[str, ...]) -> None:
    uv, environment = [sys.executable, "-m", "uv"], {**os.environ, "UV_NO_CONFIG": "1"}
    made = ("venv", "-q", "--clear", str(folder))
    filled = ("pip", "install", "-q", "--python", str(python), *packages)
    for command in (made, filled):
        subprocess.run([*uv, *command], check=True, env=environment, cwd="/", capture_output=True)


def free_port() -> int:
    """A port that is free now, with the next one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(peer: Peer, kind: str, data: Path, folder: Path, core: int) -> Iterator[tuple[str, int]]:
    """A peer that serves a model it trained itself: its address and its pid."""
    python, port = installed(peer), free_port()
    folder.mkdir(parents=True)
    model = folder / "model.joblib"
    alone = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "BENCH_MODEL": str(model)}
    alone |= {**peer.environment, "PATH": f"{python.parent}:{os.environ['PATH']}"}
    subprocess.run([python, PEERS / "train.py", kind, data, model], check=True, env=alone, capture_output=True)
    peer.prepare(python, folder, port)
    command = peer.command.format(
        python=python, bin=python.parent, peers=PEERS, model=model, folder=folder, port=port
    ).split()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["taskset", "-c", str(core), *command],
            env=alone,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )
    try:
        _await(f"http://127.0.0.1:{port}{peer.ready}", process, folder / "log")
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        os.killpg(process.pid, 15)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


def _await(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=5).status_code == 200:
                return
        time.sleep(0.2)
    raise RuntimeError(f"a peer did not start:\n{log.read_text()[-3_000:]}")
