"""A whole installation for tests: real processes, a real bus, and what to send it."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
from fairlead_cli import Client
from sklearn.linear_model import LogisticRegression

START_WITHIN = 60.0


@dataclass
class Fairlead:
    """A running installation, with a client of its administrator."""

    home: Path
    url: str
    process: "subprocess.Popen[bytes]"
    clients: list[Client] = field(default_factory=list)

    @property
    def admin(self) -> Client:
        """A new client of the administrator; it is closed at the end."""
        return self.client((self.home / "keys" / "admin.token").read_text())

    def client(self, token: str) -> Client:
        self.clients.append(Client(self.url, token))
        return self.clients[-1]

    def user(self, name: str, *roles: str) -> Client:
        """A new user with these roles in project `default`."""
        admin = self.admin
        admin.create_user(principal=f"user:{name}")
        for role in roles:
            admin.create_binding(project="default", principal=f"user:{name}", role=role)
        client = self.client(admin.create_token(principal=f"user:{name}").secret)
        client.seen = admin.seen
        return client


def started(home: Path, *more: str, python: str = sys.executable) -> Fairlead:
    """Start `fairlead up` and wait until it is ready."""
    home.mkdir(parents=True, exist_ok=True)
    log = home / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [python, "-c", "import fairlead_cli; fairlead_cli.main()", "up", "--quiet", "--home", str(home),
             "--port", "0", *more],
            stdout=output, stderr=output, start_new_session=True, env={**os.environ, "FAIRLEAD_MIN_FREE": "1000000"},
        )  # fmt: skip
    deadline = time.monotonic() + START_WITHIN
    while "ready after" not in (text := log.read_text(errors="replace")):
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"fairlead up did not start:\n{text}")
        time.sleep(0.05)
    url = next(word for word in text.split("ready after")[1].split() if word.startswith("http"))
    return Fairlead(home, url, process)


def ended(fairlead: Fairlead) -> None:
    """Ctrl-C, and wait."""
    for client in fairlead.clients:
        client.close()
    if fairlead.process.poll() is None:
        fairlead.process.send_signal(signal.SIGINT)
        fairlead.process.wait(60)


def table(rows: int = 400) -> pd.DataFrame:
    """A small table with a numeric and a text feature, and what they lead to."""
    rng = np.random.default_rng(3)
    amount, kind = rng.normal(size=rows), np.array(["a", "b", "c"], dtype=object)[rng.integers(0, 3, rows)]
    return pd.DataFrame({"amount": amount, "ratio": rng.random(rows), "bad": (amount > 0).astype(int), "kind": kind})


def simple_model() -> tuple[Any, pd.DataFrame]:
    """A fitted model of two numeric features, and its training data."""
    data = table().drop(columns="kind")
    return LogisticRegression().fit(data[["amount", "ratio"]], data["bad"]), data


def wait_for(condition: Any, patience: float) -> None:
    """Ask until it holds."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"did not come to hold within {patience:.0f} s")
        time.sleep(0.05)


def infer_body(amount: Any = (0.1, 2.0), ratio: Any = (0.5, 0.2), **more: Any) -> dict[str, Any]:
    """A request for the small model."""
    return {
        "inputs": [
            {"name": "amount", "datatype": "FP64", "shape": [len(amount)], "data": list(amount)},
            {"name": "ratio", "datatype": "FP64", "shape": [len(ratio)], "data": list(ratio)},
        ],
        **more,
    }


def problem(response: httpx.Response) -> dict[str, Any]:
    """The problem in a response, which must be one."""
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert found["status"] == response.status_code
    assert found["instance"] == response.headers["x-request-id"]
    return found
