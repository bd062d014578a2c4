"""Models, versions, aliases, approvals."""

from typing import Any

from pydantic import Field

from fairlead_contracts.adapters import ModelCard, Signature
from fairlead_contracts.facts.registry import (
    AliasDeleted,
    AliasSet,
    File,
    ModelCreated,
    TrainingData,
    VersionApproved,
    VersionCreated,
)
from fairlead_contracts.names import Digest, ModelName, Name, Number
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.values import Decimal, Instant, Message

SERVICE = "registry"


class CreateModel(Message):
    """Register a model; versions follow."""

    project: Name
    model: ModelName
    description: str = Field(default="", max_length=2000)


class GetModel(Message):
    """Show a model with its versions and aliases."""

    project: Name
    model: ModelName


class ListModels(Message):
    """List the models of a project."""

    project: Name
    after: str | None = None
    limit: int = Field(default=50, ge=1, le=200)


class VersionSummary(Message):
    """A version in a list."""

    version: int
    digest: Digest
    framework: str
    author: str
    created: Instant
    approved: bool


class ModelView(Message):
    """A model: its versions, newest first, and where its aliases point."""

    project: str
    model: str
    description: str
    author: str
    created: Instant
    versions: tuple[VersionSummary, ...] = ()
    aliases: dict[str, int] = Field(default_factory=dict)


class ModelList(Message):
    """A page of models; `next` is the `after` of the next page."""

    items: tuple[ModelView, ...]
    next: str | None = None


class CreateVersion(Message):
    """Add a version: its uploaded files by digest, and its training data, from which its baseline is computed."""

    project: Name
    model: ModelName
    files: tuple[File, ...] = Field(min_length=1, max_length=64)
    training_data: Digest
    target: str | None = Field(default=None, max_length=250)
    features: tuple[str, ...] = Field(default=(), max_length=2000)
    """The columns that the model takes, in order; empty: the ones that the files name, else all but the target."""
    categorical: tuple[str, ...] = ()
    metrics: dict[str, Decimal] = Field(default_factory=dict, max_length=100)
    importance: dict[str, Decimal] = Field(default_factory=dict, max_length=2000)
    code_commit: str | None = Field(default=None, pattern=r"^[0-9a-f]{7,64}$")
    description: str = Field(default="", max_length=2000)


class GetVersion(Message):
    """Show a version: files, signature, training data, metrics, author, approval."""

    project: Name
    model: ModelName
    version: Number


class ListVersions(Message):
    """List a model's versions, newest first."""

    project: Name
    model: ModelName


class Approval(Message):
    """Who approved, when, and what they said."""

    approver: str
    time: Instant
    comment: str
    sequence: int


class VersionView(Message):
    """A version, whole."""

    project: str
    model: str
    version: int
    digest: Digest
    files: tuple[File, ...]
    card: ModelCard
    signature: Signature
    schema_digest: Digest
    training_data: TrainingData
    baseline: Digest
    metrics: dict[str, Decimal]
    importance: dict[str, Decimal]
    code_commit: str | None
    description: str
    author: str
    created: Instant
    approval: Approval | None = None
    sequence: int


class VersionList(Message):
    """A model's versions, newest first."""

    items: tuple[VersionSummary, ...]


class GetBaseline(Message):
    """Show the baseline of a version: bins, counts and importance of each feature."""

    project: Name
    model: ModelName
    version: Number


class BaselineView(Message):
    """A version's baseline, in the drift library's JSON form."""

    digest: Digest
    baseline: dict[str, Any]


class ApproveVersion(Message):
    """Approve a version. Its author cannot."""

    project: Name
    model: ModelName
    version: Number
    comment: str = Field(default="", max_length=2000)


class SetAlias(Message):
    """Point an alias at a version; deployments that follow it move to that version."""

    project: Name
    model: ModelName
    alias: Name
    version: Number


class DeleteAlias(Message):
    """Remove an alias that no deployment follows."""

    project: Name
    model: ModelName
    alias: Name


class GetAlias(Message):
    """Show the version that an alias points at."""

    project: Name
    model: ModelName
    alias: Name


_MODELS = "/api/v1/projects/{project}/models"
_MODEL = _MODELS + "/{model}"
_VERSION = _MODEL + "/versions/{version}"
_ALIAS = _MODEL + "/aliases/{alias}"
_ON_MODEL, _ON_VERSION, _AGGREGATE = "model:{model}", "version:{model}/{version}", "model/{model}"

CREATE_MODEL = Operation(
    "create_model", "model:create", SERVICE, Kind.CHANGE, CreateModel, Accepted[ModelCreated],
    "POST", _MODELS, _ON_MODEL, _AGGREGATE, (ModelCreated,),
)  # fmt: skip
GET_MODEL = Operation(
    "get_model", "model:get", SERVICE, Kind.READ, GetModel, ModelView, "GET", _MODEL, _ON_MODEL,
)  # fmt: skip
LIST_MODELS = Operation(
    "list_models", "model:list", SERVICE, Kind.READ, ListModels, ModelList, "GET", _MODELS, "model:*",
)  # fmt: skip
CREATE_VERSION = Operation(
    "create_version", "version:create", SERVICE, Kind.CHANGE, CreateVersion, Accepted[VersionCreated],
    "POST", _MODEL + "/versions", "version:{model}/*", _AGGREGATE, (VersionCreated,),
)  # fmt: skip
GET_VERSION = Operation(
    "get_version", "version:get", SERVICE, Kind.READ, GetVersion, VersionView, "GET", _VERSION, _ON_VERSION,
)  # fmt: skip
LIST_VERSIONS = Operation(
    "list_versions", "version:list", SERVICE, Kind.READ, ListVersions, VersionList,
    "GET", _MODEL + "/versions", "version:{model}/*",
)  # fmt: skip
GET_BASELINE = Operation(
    "get_baseline", "baseline:get", SERVICE, Kind.READ, GetBaseline, BaselineView,
    "GET", _VERSION + "/baseline", _ON_VERSION,
)  # fmt: skip
APPROVE_VERSION = Operation(
    "approve_version", "version:approve", SERVICE, Kind.CHANGE, ApproveVersion, Accepted[VersionApproved],
    "POST", _VERSION + "/approval", _ON_VERSION, _AGGREGATE, (VersionApproved,),
)  # fmt: skip
SET_ALIAS = Operation(
    "set_alias", "alias:set", SERVICE, Kind.CHANGE, SetAlias, Accepted[AliasSet],
    "PUT", _ALIAS, _ON_MODEL, _AGGREGATE, (AliasSet,),
)  # fmt: skip
DELETE_ALIAS = Operation(
    "delete_alias", "alias:delete", SERVICE, Kind.CHANGE, DeleteAlias, Accepted[AliasDeleted],
    "DELETE", _ALIAS, _ON_MODEL, _AGGREGATE, (AliasDeleted,), body="none",
)  # fmt: skip
GET_ALIAS = Operation(
    "get_alias", "alias:get", SERVICE, Kind.READ, GetAlias, VersionView, "GET", _ALIAS, _ON_MODEL,
)  # fmt: skip

OPERATIONS = (
    CREATE_MODEL, GET_MODEL, LIST_MODELS, CREATE_VERSION, GET_VERSION, LIST_VERSIONS, GET_BASELINE, APPROVE_VERSION,
    SET_ALIAS, DELETE_ALIAS, GET_ALIAS,
)  # fmt: skip
