"""Facts of the deployer: deployments, revisions, replicas' certificates."""

from typing import Literal

from pydantic import Field

from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.serving import ServingOptions
from fairlead_contracts.limits import Limits
from fairlead_contracts.names import Digest, ModelName, Name, Number
from fairlead_contracts.values import Message


class VersionRef(Message):
    """Which version serves: an alias that is followed, or a fixed number. Exactly one of the two."""

    model: ModelName
    alias: Name | None = None
    version: Number | None = None


class Spec(Message):
    """The desired state of a deployment."""

    champion: VersionRef
    challengers: tuple[VersionRef, ...] = Field(default=(), max_length=5)
    target: Name = "process"
    replicas: int = Field(default=1, ge=0, le=100)
    limits: Limits = Field(default=Limits(), exclude_if=Limits().__eq__)
    serving: ServingOptions = Field(default=ServingOptions(), exclude_if=ServingOptions().__eq__)
    """These two are left out where they are the defaults, as in records that were written before there were any."""


class ResolvedVersion(Message):
    """A version that a revision runs, resolved when the revision was made."""

    model: ModelName
    version: Number
    digest: Digest


class RevisionCreated(Fact):
    """A deployment's desired state changed: revision 1 creates it. Immutable."""

    type, kind = "revision_created", "deployment"
    project: Name
    deployment: Name
    revision: Number
    spec: Spec
    champion: ResolvedVersion
    challengers: tuple[ResolvedVersion, ...] = ()
    reason: str


class RolloutEnded(Fact):
    """The replicas of a revision took over, or did not."""

    type, kind = "rollout_ended", "deployment"
    project: Name
    deployment: Name
    revision: Number
    outcome: Literal["completed", "failed"]
    detail: str = ""


class DeploymentDeleted(Fact):
    """A deployment ended; its replicas drain."""

    type, kind = "deployment_deleted", "deployment"
    project: Name
    deployment: Name


class ReplicaCertified(Fact):
    """A replica's key, made at its start, is bound to the version that it serves."""

    type, kind = "replica_certified", "replica"
    project: Name
    replica: Name
    epoch: str
    deployment: Name
    revision: Number
    model: ModelName
    version: Number
    digest: Digest
    public_key: str
