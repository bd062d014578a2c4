"""A fleet of replicas that scores and tells: as messages on a real bus, under a user who may speak for any of them."""

import base64
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from conftest import NatsServer
from fairlead_chassis.natsd import binary
from fairlead_chassis.natsd.keys import ensure_keys
from fairlead_chassis.natsd.permissions import SERVICES, Grant
from fairlead_chassis.objects.store import ObjectStore
from fairlead_contracts.telemetry import HealthPart, ProfileBatch, ProfilePart
from fairlead_drift import Baseline, Profile
from fairlead_drift.latency import LatencyHistogram
from monitor.world import certificate, on_ledger, revision, version

FLEET = "fleet"
ROWS, FORMS, FIRST_MINUTE, ROUNDS_A_MINUTE = 50, 16, 28_000_000, 6
AT_ONCE = 500


class Fleet:
    """So many replicas of so many deployments, each with a profile of so many features every ten seconds."""

    def __init__(self, server: NatsServer, replicas: int, deployments: int, features: int) -> None:
        self.server, self.replicas = server, replicas
        self.deployments = [f"d{place}" for place in range(deployments)]
        rng = np.random.default_rng(7)
        training = {f"f{place:03}": rng.normal(size=5_000) for place in range(features)}
        self.baseline = Baseline.fit(training)
        self._forms = [self._form(rng, features) for _ in range(FORMS)]
        self.digest = ""

    def _form(self, rng: np.random.Generator, features: int) -> tuple[str, str]:
        profile, latency = Profile.empty(self.baseline), LatencyHistogram()
        profile.update_block(rng.normal(size=(ROWS, features)), np.empty((ROWS, 0), dtype=np.int32))
        for each in rng.lognormal(8, 0.5, ROWS):
            latency.record(int(each))
        return base64.b64encode(profile.to_bytes()).decode(), base64.b64encode(latency.to_bytes()).decode()

    async def certify(self) -> None:
        """Put version, deployments and replicas on the ledger."""
        self.digest = await ObjectStore(str(self.server.home / "objects")).put(self.baseline.to_json().encode())
        registry, deployer = await self.server.connect("registry"), await self.server.connect("deployer")
        await on_ledger(registry, "registry", version(self.digest), "m")
        for name in self.deployments:
            await on_ledger(deployer, "deployer", revision(name), name)
        for place in range(self.replicas):
            await on_ledger(deployer, "deployer", certificate(*self._named(place)), f"r-{place}")

    def _named(self, place: int) -> tuple[str, str]:
        return f"r-{place}", self.deployments[place % len(self.deployments)]

    async def send(self, rounds: range) -> int:
        """Send a profile of every replica for each round, in turn; returns how many messages that were."""
        client = await self.server.connect(FLEET)
        js, sent = client.jetstream(publish_async_max_pending=AT_ONCE), 0
        for subject, body in self._messages(rounds):
            await js.publish_async(subject, body, wait_stall=30.0)
            sent += 1
        await js.publish_async_completed()
        return sent

    def _messages(self, rounds: range) -> Iterator[tuple[str, bytes]]:
        for number in rounds:
            for place in range(self.replicas):
                replica, deployment = self._named(place)
                yield f"telemetry.profiles.{replica}", self._batch(replica, deployment, number, place)

    def _batch(self, replica: str, deployment: str, number: int, place: int) -> bytes:
        profile, latency = self._forms[(number + place) % FORMS]
        minute = FIRST_MINUTE + number // ROUNDS_A_MINUTE
        health = HealthPart(minute=minute, requests=ROWS, rows=ROWS, client_errors=0, server_errors=0, latency=latency)
        batch = ProfileBatch(
            project="default", deployment=deployment, revision=1, model="m", version=1, role="champion",
            replica=replica, epoch="e", sequence=number + 1, served=ROWS * (number + 1), baseline=self.digest,
            profiles=(ProfilePart(minute=minute, rows=ROWS, profile=profile),), health=(health,),
        )  # fmt: skip
        return batch.model_dump_json().encode()


@asynccontextmanager
async def bus() -> AsyncIterator[NatsServer]:
    """A nats-server with Fairlead's streams, and a user who may send any replica's profiles."""
    with tempfile.TemporaryDirectory() as folder:
        server = NatsServer(Path(folder) / "home", binary.find())
        grants: dict[str, Any] = {**SERVICES, FLEET: Grant(reads=(), publishes=("telemetry.profiles.*",))}
        server.keys = ensure_keys(server.home, grants)
        server.start()
        await server.provision()
        try:
            yield server
        finally:
            await server.close()
