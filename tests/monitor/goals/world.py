"""A deployment `loans` of a classifier on the ledger, and telemetry that arrives in the monitor's windows."""

import base64
from datetime import datetime

from chassis.copies import Copy
from fairlead_chassis.bootstrap import append_as_service
from fairlead_contracts.adapters import Column, ModelCard, Signature
from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.deployer import ResolvedVersion, RevisionCreated, Spec, VersionRef
from fairlead_contracts.facts.registry import TrainingData, VersionCreated
from fairlead_contracts.telemetry import HealthPart, ProfileBatch
from fairlead_contracts.values import micros
from fairlead_drift.latency import LatencyHistogram
from fairlead_monitor.partitions.places import partition_of
from fairlead_monitor.reports.periods import MINUTE
from fairlead_monitor.windows.intake import Arrived, take
from fairlead_monitor.windows.store import transaction

DIGEST = "sha256:" + "ab" * 32
AT = {"project": "default", "deployment": "loans"}


def version_fact() -> VersionCreated:
    """Version 1 of a classifier with two features."""
    inputs = tuple(Column(name=name, datatype="FP64") for name in ("amount", "ratio"))
    card = ModelCard(
        adapter="sklearn", framework="scikit-learn", framework_version="1", task="classification", trust="data",
        classes=("0", "1"),
    )  # fmt: skip
    return VersionCreated(
        project="default", model="Loans", version=1, digest=DIGEST, files=(), card=card,
        signature=Signature(inputs=inputs, outputs=(Column(name="probability", datatype="FP64"),)),
        schema_digest=DIGEST, training_data=TrainingData(digest=DIGEST, rows=1), baseline=DIGEST,
    )  # fmt: skip


def revision_fact(revision: int = 1) -> RevisionCreated:
    """A revision of the deployment."""
    return RevisionCreated(
        **AT, revision=revision, spec=Spec(champion=VersionRef(model="Loans", version=1)),
        champion=ResolvedVersion(model="Loans", version=1, digest=DIGEST), reason="created",
    )  # fmt: skip


class World:
    """Whoever writes onto the ledger beside the monitor."""

    def __init__(self, registry: Copy, deployer: Copy) -> None:
        self.registry, self.deployer = registry, deployer

    async def append(self, *facts: Fact) -> None:
        """Facts of the deployer, in order."""
        for fact in facts:
            await append_as_service(self.deployer.chassis, fact, "default", "loans")


def requests(copy: Copy, at: datetime, milliseconds: list[int], *, errors: int = 0, replica: str = "r") -> None:
    """Requests of one minute arrive in the monitor's windows."""
    latency = LatencyHistogram()
    for each in milliseconds:
        latency.record(each * 1000)
    part = HealthPart(
        minute=micros(at) // MINUTE, requests=len(milliseconds), rows=len(milliseconds), client_errors=0,
        server_errors=errors, latency=base64.b64encode(latency.to_bytes()).decode(),
    )  # fmt: skip
    epoch = at.isoformat()
    source = {**AT, "revision": 1, "model": "Loans", "version": 1, "role": "champion", "replica": replica}
    batch = ProfileBatch(
        **source, epoch=epoch, sequence=1, served=len(milliseconds), baseline=DIGEST, profiles=(), health=(part,)
    )
    files, partition = copy.chassis.own.files, partition_of("default", "loans")
    if not files.holds(partition, "test"):
        files.take(partition, "test")
    with files.writing(partition) as db, transaction(db) as connection:
        take(connection, [Arrived(batch, micros(at))])
