"""A monitor's surroundings: a baseline, facts of versions and replicas on a real ledger, and batches to send."""

import base64
from typing import Any

import numpy as np
from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.deployer import ReplicaCertified, ResolvedVersion, RevisionCreated, Spec, VersionRef
from fairlead_contracts.facts.registry import VersionCreated
from fairlead_contracts.ledger import Decision, Envelope, ledger_subject
from fairlead_contracts.names import digest_of, subject_token
from fairlead_contracts.operations.monitor import Actual
from fairlead_contracts.telemetry import ActualsBatch, HealthPart, PredictionBatch, ProfileBatch, ProfilePart
from fairlead_drift import Baseline, Profile
from fairlead_drift.latency import LatencyHistogram

DIGEST = digest_of(b"")
AT = {"project": "default", "deployment": "d"}
BASELINE = Baseline.fit({"a": np.random.default_rng(0).normal(size=1_000)}, importance={"a": 1.0})
NOW = 1_700_000_000_000_000
MINUTE = 60_000_000


def version(baseline: str, task: str = "classification") -> VersionCreated:
    """Version 1 of model `m`."""
    classes = ("0", "1") if task == "classification" else ()
    card = {
        "adapter": "x",
        "framework": "x",
        "framework_version": "1",
        "task": task,
        "trust": "data",
        "classes": classes,
    }
    column = {"name": "a", "datatype": "FP64"}
    return VersionCreated.model_validate({
        "project": "default", "model": "m", "version": 1, "digest": DIGEST, "files": [], "card": card,
        "signature": {"inputs": [column], "outputs": [column]}, "schema_digest": DIGEST,
        "training_data": {"digest": DIGEST, "rows": 1}, "baseline": baseline,
    })  # fmt: skip


def revision(deployment: str = "d") -> RevisionCreated:
    """Revision 1 of a deployment of version 1."""
    champion = ResolvedVersion(model="m", version=1, digest=DIGEST)
    spec = Spec(champion=VersionRef(model="m", version=1))
    return RevisionCreated(
        project="default", deployment=deployment, revision=1, spec=spec, champion=champion, reason="test"
    )


def certificate(replica: str, deployment: str = "d") -> ReplicaCertified:
    """A replica of it."""
    return ReplicaCertified(
        project="default", replica=replica, epoch="e", deployment=deployment, revision=1, model="m", version=1,
        digest=DIGEST, public_key="",
    )  # fmt: skip


async def on_ledger(client: Any, service: str, fact: Fact, name: str) -> None:
    """Append a fact as its service would."""
    envelope = Envelope(
        operation_id=name, operation="test", service=service, actor=f"service:{service}", project="default",
        kind=fact.kind, token=subject_token(name), facts=(fact.record(),),
        decision=Decision(allowed=True, revision=0, rule=""), request=DIGEST,
    )  # fmt: skip
    await client.jetstream().publish(ledger_subject(fact.kind, "default", name), envelope.sealed().encode())


async def deployed(server: Any, baseline: str, replicas: list[str], deployment: str = "d") -> None:
    """Version, deployment and replicas, on the ledger."""
    await on_ledger(await server.connect("registry"), "registry", version(baseline), "m")
    await further(server, replicas, deployment)


async def further(server: Any, replicas: list[str], deployment: str) -> None:
    """A deployment of a version that is there, and its replicas."""
    deployer = await server.connect("deployer")
    await on_ledger(deployer, "deployer", revision(deployment), deployment)
    for replica in replicas:
        await on_ledger(deployer, "deployer", certificate(replica, deployment), replica)


def source(replica: str, sequence: int, epoch: str = "e") -> dict[str, Any]:
    """What every batch says of its replica."""
    return {**AT, "revision": 1, "model": "m", "version": 1, "role": "champion", "replica": replica, "epoch": epoch,
            "sequence": sequence}  # fmt: skip


def packed(thing: Profile | LatencyHistogram) -> str:
    """Its bytes in base64."""
    return base64.b64encode(thing.to_bytes()).decode()


def profile_of(rows: int, seed: int = 0) -> str:
    """A profile of so many rows."""
    profile = Profile.empty(BASELINE)
    profile.update({"a": np.random.default_rng(seed).normal(size=rows)})
    return packed(profile)


def profile_batch(
    replica: str, sequence: int, minute: int | None = None, baseline: str = "b", **other: Any
) -> ProfileBatch:
    """Ten rows for each number of the sequence, and as many requests."""
    rows, latency = 10 * sequence, LatencyHistogram()
    latency.record(100 * sequence, sequence)
    at = sequence % 3 if minute is None else minute
    part = ProfilePart(minute=at, rows=rows, profile=profile_of(rows, sequence))
    told = HealthPart(
        minute=7 if minute is None else minute, requests=sequence, rows=rows, client_errors=1, server_errors=0,
        latency=packed(latency),
    )  # fmt: skip
    served = sum(10 * each for each in range(1, sequence + 1))
    given = {
        **source(replica, sequence),
        "served": served,
        "baseline": baseline,
        "profiles": (part,),
        "health": (told,),
    }
    return ProfileBatch(**{**given, **other})


def prediction_batch(replica: str, sequence: int, ids: tuple[str, ...], **other: Any) -> PredictionBatch:
    """Predictions under these ids."""
    columns = {"rows": (0,) * len(ids), "times": (0,) * len(ids), "outputs": {"probability": (0.5,) * len(ids)}}
    return PredictionBatch(**{**source(replica, sequence), "ids": ids, **columns, **other})


def actuals_batch(recorded: int, *values: tuple[str, Any]) -> ActualsBatch:
    """Actuals for these ids, in this order."""
    actuals = tuple(Actual(id=id_, value=value) for id_, value in values)
    return ActualsBatch(**AT, recorded=recorded, actuals=actuals)
