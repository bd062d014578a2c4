"""Deployments, their revisions and replicas."""

from pydantic import Field

from fairlead_contracts.facts.deployer import (
    DeploymentDeleted,
    ReplicaCertified,
    ResolvedVersion,
    RevisionCreated,
    RolloutEnded,
    Spec,
)
from fairlead_contracts.names import Digest, ModelName, Name, Number
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.values import Instant, Message

SERVICE = "deployer"


class CreateDeployment(Message):
    """Deploy a model: an approved version, or the one that an alias points at."""

    project: Name
    deployment: Name
    spec: Spec


class UpdateDeployment(Message):
    """Change the desired state of a deployment: a new revision."""

    project: Name
    deployment: Name
    spec: Spec
    reason: str = Field(default="", max_length=2000)


class AdvanceDeployment(Message):
    """Make a new revision because an alias that the deployment follows has moved."""

    project: Name
    deployment: Name


class EndRollout(Message):
    """Record that the replicas of a revision took over, or could not."""

    project: Name
    deployment: Name
    revision: Number
    completed: bool
    detail: str = Field(default="", max_length=4000)


class DeleteDeployment(Message):
    """End a deployment; its replicas finish what they have."""

    project: Name
    deployment: Name


class GetDeployment(Message):
    """Show a deployment: what is desired, and what runs."""

    project: Name
    deployment: Name


class ListDeployments(Message):
    """List the deployments of a project."""

    project: Name


class ReplicaView(Message):
    """A replica as the deployer sees it now."""

    replica: str
    role: str
    phase: str
    revision: int
    version: int
    address: str | None
    pid: int | None
    started: Instant | None
    detail: str = ""


class RevisionView(Message):
    """A revision: who made it, when, why, and how its rollout ended."""

    revision: int
    spec: Spec
    champion: ResolvedVersion
    challengers: tuple[ResolvedVersion, ...]
    actor: str
    created: Instant
    reason: str
    outcome: str | None = None
    detail: str = ""


class DeploymentView(Message):
    """A deployment: its newest revision, the revision that serves, and its replicas."""

    project: str
    deployment: str
    phase: str
    """`progressing`, `ready`, `degraded` (serves with fewer replicas), `failed`, or `deleting`."""
    serving: int | None
    revisions: tuple[RevisionView, ...]
    replicas: tuple[ReplicaView, ...]


class DeploymentList(Message):
    """Deployments by name."""

    items: tuple[DeploymentView, ...]


class CertifyReplica(Message):
    """Bind a replica's key to the version that it serves."""

    project: Name
    replica: Name
    epoch: str = Field(max_length=64)
    deployment: Name
    revision: Number
    model: ModelName
    version: Number
    digest: Digest
    public_key: str = Field(max_length=128)


_DEPLOYMENTS = "/api/v1/projects/{project}/deployments"
_DEPLOYMENT = _DEPLOYMENTS + "/{deployment}"
_ON, _AGGREGATE = "deployment:{deployment}", "deployment/{deployment}"

CREATE_DEPLOYMENT = Operation(
    "create_deployment", "deployment:create", SERVICE, Kind.CHANGE, CreateDeployment, Accepted[RevisionCreated],
    "POST", _DEPLOYMENTS, _ON, _AGGREGATE, (RevisionCreated,),
)  # fmt: skip
UPDATE_DEPLOYMENT = Operation(
    "update_deployment", "deployment:update", SERVICE, Kind.CHANGE, UpdateDeployment, Accepted[RevisionCreated],
    "PUT", _DEPLOYMENT, _ON, _AGGREGATE, (RevisionCreated,),
)  # fmt: skip
ADVANCE_DEPLOYMENT = Operation(
    "advance_deployment", "deployment:deploy", SERVICE, Kind.CHANGE, AdvanceDeployment, Accepted[RevisionCreated],
    "POST", _DEPLOYMENT + "/advance", _ON, _AGGREGATE, (RevisionCreated,), body="none",
)  # fmt: skip
END_ROLLOUT = Operation(
    "end_rollout", "rollout:end", SERVICE, Kind.CHANGE, EndRollout, Accepted[RolloutEnded],
    "POST", _DEPLOYMENT + "/revisions/{revision}/outcome", _ON, _AGGREGATE, (RolloutEnded,),
)  # fmt: skip
DELETE_DEPLOYMENT = Operation(
    "delete_deployment", "deployment:delete", SERVICE, Kind.CHANGE, DeleteDeployment, Accepted[DeploymentDeleted],
    "DELETE", _DEPLOYMENT, _ON, _AGGREGATE, (DeploymentDeleted,), body="none",
)  # fmt: skip
GET_DEPLOYMENT = Operation(
    "get_deployment", "deployment:get", SERVICE, Kind.READ, GetDeployment, DeploymentView, "GET", _DEPLOYMENT, _ON,
    observed=True,
)  # fmt: skip
LIST_DEPLOYMENTS = Operation(
    "list_deployments", "deployment:list", SERVICE, Kind.READ, ListDeployments, DeploymentList,
    "GET", _DEPLOYMENTS, "deployment:*",
)  # fmt: skip
CERTIFY_REPLICA = Operation(
    "certify_replica", "replica:certify", SERVICE, Kind.CHANGE, CertifyReplica, Accepted[ReplicaCertified],
    "POST", "/api/v1/projects/{project}/replicas", "replica:{replica}", "replica/{replica}", (ReplicaCertified,),
)  # fmt: skip

OPERATIONS = (
    CREATE_DEPLOYMENT, UPDATE_DEPLOYMENT, ADVANCE_DEPLOYMENT, END_ROLLOUT, DELETE_DEPLOYMENT, GET_DEPLOYMENT,
    LIST_DEPLOYMENTS, CERTIFY_REPLICA,
)  # fmt: skip
