"""Bundles to serve, and replicas that serve them: as the deployer starts them, on a bus of their own."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from fairlead_chassis.natsd import binary, server
from fairlead_chassis.natsd.credentials import ReplicaSigner
from fairlead_chassis.natsd.keys import Keys, ensure_keys
from fairlead_contracts.adapters import Column, Signature, outputs_of
from fairlead_contracts.bundle import (
    ARTIFACTS,
    BASELINE_FILE,
    BUNDLE_FILE,
    CREDENTIALS_FILE,
    STATE_FILE,
    Bundle,
    ReplicaState,
)
from fairlead_contracts.facts.registry import File
from fairlead_contracts.names import digest_of
from fairlead_contracts.plugins import adapters
from fairlead_contracts.targets import ReplicaPlan
from fairlead_drift import Baseline

DEPLOYMENT, REPLICA = "bench", "bench-0"
DIGEST = "sha256:" + "0" * 64


@contextlib.contextmanager
def bus(home: Path) -> Iterator[tuple[Keys, str]]:
    """A nats-server without streams made yet; its keys and its address."""
    keys = ensure_keys(home)
    process, addresses = server.start(binary.find(), server.Place(home / "nats"), keys, home / "nats.log")
    try:
        yield keys, addresses.url
    finally:
        process.kill()
        process.wait()


def bundle(folder: Path, model: Any, rows: "np.ndarray[Any, Any]", names: list[str], place: tuple[Keys, str]) -> Path:
    """Write the bundle of a model that was trained on `rows`, (n, features) float64."""
    keys, url = place
    artifacts = folder / ARTIFACTS
    artifacts.mkdir(parents=True)
    adapter = next(each for each in adapters().values() if each.handles(model))
    adapter.save(model, artifacts)
    card = adapter.describe(artifacts)
    baseline = Baseline.fit(dict(zip(names, rows.T, strict=True))).to_json()
    files = tuple(
        File(path=str(each.relative_to(artifacts)), size=each.stat().st_size, digest=digest_of(each.read_bytes()))
        for each in sorted(artifacts.rglob("*"))
        if each.is_file()
    )
    made = Bundle(
        plan=ReplicaPlan(
            replica=REPLICA, target="process", project="default", deployment=DEPLOYMENT, revision=1, model="bench",
            version=1, digest=DIGEST, role="champion",
        ),
        files=files, card=card, schema_digest=DIGEST, baseline=digest_of(baseline.encode()), nats_url=url,
        signature=Signature(
            inputs=tuple(Column(name=name, datatype="FP64") for name in names), outputs=outputs_of(card)
        ),
    )  # fmt: skip
    (folder / BASELINE_FILE).write_text(baseline)
    (folder / BUNDLE_FILE).write_text(made.model_dump_json())
    (folder / CREDENTIALS_FILE).write_text(ReplicaSigner.load(keys.replica_signer).credentials(REPLICA).dump())
    return folder


@contextlib.contextmanager
def replica(folder: Path, core: int, *module: str) -> Iterator[tuple[ReplicaState, int, float]]:
    """A replica on one core: what it says of itself, its pid, and the seconds from its start until it was ready."""
    # A replica takes its credentials and its files when it starts; each start has its own, as the deployer gives it.
    folder = Path(shutil.copytree(folder, folder.with_name(f"{folder.name}-{time.monotonic_ns()}")))
    command = ["taskset", "-c", str(core), sys.executable, *(module or ("-m", "fairlead_runtime")), str(folder)]
    began = time.monotonic()
    with (folder / "replica.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "OMP_NUM_THREADS": "1"})
    try:
        while not (folder / STATE_FILE).exists():
            if process.poll() is not None or time.monotonic() - began > 60:
                raise RuntimeError(f"the replica did not start:\n{(folder / 'replica.log').read_text()[-3_000:]}")
            time.sleep(0.01)
        state = ReplicaState.model_validate_json((folder / STATE_FILE).read_bytes())
        if state.address is None:
            raise RuntimeError(f"the replica does not serve: {state.error}")
        yield state, process.pid, time.monotonic() - began
    finally:
        process.terminate()
        process.wait(20)
