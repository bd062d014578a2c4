"""A replica within the test: a model that does as it is told, the real server on a free port, telemetry to a list."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import msgspec
import numpy as np
import pytest
from fairlead_chassis.http.limits import Limits
from fairlead_chassis.http.server import Server
from fairlead_contracts.adapters import Column, ModelCard, Signature
from fairlead_contracts.bundle import Bundle
from fairlead_contracts.targets import ReplicaPlan
from fairlead_drift import Baseline
from fairlead_runtime.http import Paths
from fairlead_runtime.serving.serving import Serving
from fairlead_runtime.telemetry.reporter import Reporter

DIGEST = "sha256:" + "a" * 64
BUNDLE = Bundle(
    plan=ReplicaPlan(
        replica="r-0", target="process", project="default", deployment="d", revision=1, model="Bonität", version=2,
        digest=DIGEST, role="champion",
    ),
    files=(), schema_digest=DIGEST, baseline=DIGEST, nats_url="nats://127.0.0.1:1",
    card=ModelCard(adapter="x", framework="x", framework_version="1", task="regression", trust="data"),
    signature=Signature(
        inputs=(Column(name="a", datatype="FP64"), Column(name="b", datatype="FP64")),
        outputs=(Column(name="prediction", datatype="FP64"),),
    ),
)  # fmt: skip
BASELINE = Baseline.fit({"a": np.arange(100.0), "b": np.arange(100.0)})


class Model:
    """Adds its two inputs; `predict` may be put in its place. `batches` are the sizes of the calls that it got."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.explain: Callable[[dict[str, Any]], Any] | None = None
        self.answer: Callable[[dict[str, Any]], Any] = lambda table: {"prediction": table["a"] + table["b"]}

    def predict(self, table: Any) -> Any:
        self.batches.append(len(table["a"]))
        return self.answer(table)

    def close(self) -> None:
        """Nothing to let go."""


class Replica:
    """A running replica, and what it told."""

    def __init__(
        self, model: Model, serving: Serving, paths: Paths, http: aiohttp.ClientSession, told: list[tuple[str, Any]]
    ) -> None:
        self.paths = paths
        self.model, self.reporter, self.http, self._told = model, serving.reporter, http, told
        self.learn = serving.pace.learn
        self.queued = lambda: serving.waiting

    async def infer(self, body: Any, path: str = "/v2/models/d/infer", **headers: str) -> tuple[int, Any]:
        """Ask, and get status and JSON."""
        data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        async with self.http.post(path, data=data, headers=headers) as response:
            return response.status, await response.json(content_type=None)

    async def told(self, kind: str) -> list[Any]:
        """All batches of telemetry of this kind so far."""
        self.reporter.flush()
        await self.reporter.outbox.send_all()
        return [payload for subject, payload in self._told if subject.startswith(f"telemetry.{kind}.")]


def rows(*pairs: tuple[float, float], **more: Any) -> dict[str, Any]:
    """A request with a matrix of these rows."""
    data = [value for pair in pairs for value in pair]
    return {"inputs": [{"name": "m", "datatype": "FP64", "shape": [len(pairs), 2], "data": data}], **more}


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def bundle() -> Bundle:
    return BUNDLE


@pytest.fixture
async def replica(model: Model, bundle: Bundle) -> AsyncIterator[Replica]:
    """A replica that serves the model."""
    told: list[tuple[str, Any]] = []

    async def publish(subject: str, payload: bytes, _message_id: str) -> None:
        told.append((subject, msgspec.json.decode(payload)))

    reporter = Reporter(bundle, BASELINE, "epoch", publish)
    with (
        contextlib.closing(Serving(bundle, model, reporter)) as serving,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        paths = Paths(serving)
        async with Server(paths, Limits()).listening(listener):
            async with aiohttp.ClientSession(address) as http, asyncio.timeout(60):
                yield Replica(model, serving, paths, http, told)
