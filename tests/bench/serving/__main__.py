"""One replica on one core beside other servers, in one run: `uv run tox -e bench-serving`.

Every server trains the same model on the same rows and must give the same scores before it is measured. Telemetry and
receipts are on. What is printed is a Markdown table; `--only NAME` and `--seconds N` shorten a run.
"""

import argparse
import asyncio
import contextlib
import json
import platform
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from bench.serving import servers
from bench.serving.load import Load, Result, run
from bench.serving.peers.train import trained
from bench.serving.replicas import DEPLOYMENT, bundle, bus, replica
from fairlead_chassis.natsd import streams
from fairlead_chassis.natsd.connect import connect

SERVER_CORE, LOAD_CORE = 1, 0
ROWS, CONNECTIONS = (1, 100), (16, 64)
NAMES = [f"f{number}" for number in range(servers.FEATURES)]
INFER = f"/v2/models/{DEPLOYMENT}/infer"
JSON = {"Content-Type": "application/json"}
TOLERANCE = 1e-6


def data(folder: Path) -> tuple[Any, Any]:
    """5,000 rows of 20 features with four decimals, and their labels."""
    made = np.random.default_rng(7)
    rows = made.normal(size=(5_000, servers.FEATURES)).round(4)
    labels = (rows @ made.normal(size=servers.FEATURES) + made.normal(size=len(rows)) > 0).astype(int)
    np.savez(folder / "data.npz", rows=rows, labels=labels)
    return rows, labels


def binary(rows: Any) -> tuple[bytes, dict[str, str]]:
    """The rows as raw tensors, both ways."""
    raw = np.asarray(rows).astype("<f8").tobytes()
    tensor = {
        "name": "rows",
        "datatype": "FP64",
        "shape": list(np.shape(rows)),
        "parameters": {"binary_data_size": len(raw)},
    }
    head = json.dumps({"inputs": [tensor], "parameters": {"binary_data_output": True}}).encode()
    return head + raw, {"Content-Type": "application/octet-stream", "Inference-Header-Content-Length": str(len(head))}


def measured(
    name: str, kind: str, url: str, pid: int, bodies: dict[int, tuple[bytes, dict[str, str]]]
) -> Iterator[str]:
    for rows, (body, headers) in bodies.items():
        for connections in CONNECTIONS:
            result = run(Load(url, body, headers, connections, ARGUMENTS.seconds), pid, LOAD_CORE)
            yield _line(name, kind, rows, connections, result)


def _line(name: str, kind: str, rows: int, connections: int, result: Result) -> str:
    return (
        f"| {name} | {kind} | {rows} | {connections} | {result.rate:,.0f} | {result.p50 / 1e3:.2f} | "
        f"{result.p99 / 1e3:.2f} | {result.cpu:,.0f} |"
    )


def hold(name: str, expected: Any, scores: list[float]) -> None:
    """Stop where a server gives other scores than the library."""
    if not np.allclose(expected, scores, atol=TOLERANCE, rtol=0):
        raise SystemExit(f"{name} gives other scores: {scores[:3]} instead of {expected[:3].tolist()}")


def ours(kind: str, home: Path, place: Any, rows: Any, model: Any) -> Iterator[str]:
    folder = bundle(home / f"bundle-{kind}", model, rows, NAMES, place)
    sent = {each: (json.dumps(servers.protocol(rows[:each].tolist())).encode(), JSON) for each in ROWS}
    bare = str(Path(__file__).parent / "bare.py")
    variants: dict[str, tuple[tuple[str, ...], Any]] = {
        "Fairlead": ((), sent), "Fairlead, binary": ((), {each: binary(rows[:each]) for each in ROWS}),
        "Fairlead, no receipts": ((bare, "receipts"), sent),
        "Fairlead, no receipts nor telemetry": ((bare, "receipts+telemetry"), sent),
    }  # fmt: skip
    for name, (module, bodies) in variants.items():
        if not wanted(name):
            continue
        with replica(folder, SERVER_CORE, *module) as (state, pid, seconds):
            answer = httpx.post(f"{state.address}{INFER}", content=sent[100][0]).raise_for_status().json()
            hold(name, model.predict_proba(rows[:100])[:, 1], servers.first_output(answer))
            yield from measured(name, kind, f"{state.address}{INFER}", pid, bodies)
            say(f"{name}, {kind}: ready after {seconds:.2f} s")


def theirs(peer: servers.Peer, kind: str, home: Path, rows: Any, model: Any) -> Iterator[str]:
    sent = {each: (json.dumps(peer.body(rows[:each].tolist())).encode(), JSON) for each in ROWS}
    with servers.serving(peer, kind, home / "data.npz", home / f"{peer.packages[0]}-{kind}", SERVER_CORE) as (url, pid):
        answer = httpx.post(url + peer.path, content=sent[100][0], headers=JSON, timeout=30).raise_for_status().json()
        hold(peer.name, model.predict_proba(rows[:100])[:, 1], peer.scores(answer))
        yield from measured(peer.name, kind, url + peer.path, pid, sent)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def wanted(name: str) -> bool:
    return not ARGUMENTS.only or any(each.lower() in name.lower() for each in ARGUMENTS.only)


async def _provision(place: Any) -> None:
    admin = await connect(place[1], place[0].credentials("admin"), name="admin")
    await streams.provision(admin)
    await admin.close()


def main() -> None:
    say(f"{platform.machine()}, Python {platform.python_version()}; {ARGUMENTS.seconds} s a window\n")
    say("| server | model | rows | connections | requests/s | p50 ms | p99 ms | processor us a request |")
    say("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        home, missing = Path(folder), dict[str, str]()
        rows, labels = data(home)
        place = stack.enter_context(bus(home / "home"))
        asyncio.run(_provision(place))
        for kind in ("lr", "gb"):
            model = trained(kind, rows, labels)
            for line in ours(kind, home, place, rows, model):
                say(line)
            for peer in (each for each in servers.ALL if wanted(each.name)):
                try:
                    for line in theirs(peer, kind, home, rows, model):
                        say(line)
                except servers.NotInstalledError as error:
                    missing[peer.name] = str(error)
    for name, reason in missing.items():
        say(f"\n{name} could not be installed here, and is not compared: {reason}")


PARSER = argparse.ArgumentParser()
PARSER.add_argument("--only", action="append", default=[])
PARSER.add_argument("--seconds", type=int, default=5)
ARGUMENTS = PARSER.parse_args()
main()
