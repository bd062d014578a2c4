"""Facts of the registry: models, versions, aliases, approvals."""

from pydantic import Field

from fairlead_contracts.adapters import ModelCard, Signature
from fairlead_contracts.facts import Fact
from fairlead_contracts.names import Digest, ModelName, Name, Number
from fairlead_contracts.values import Decimal, Message


class File(Message):
    """One file of a version: its path inside the version, its size in bytes and its digest."""

    path: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*){0,7}$", max_length=200)
    size: int = Field(ge=0)
    digest: Digest


class TrainingData(Message):
    """What a version was trained on: the digest of the Parquet file, its rows, and the label's column."""

    digest: Digest
    rows: int
    target: str | None = None
    stored: bool = True


class ModelCreated(Fact):
    """A model was registered, without versions yet."""

    type, kind = "model_created", "model"
    project: Name
    model: ModelName
    description: str = ""


class VersionCreated(Fact):
    """An immutable version was added; `digest` is over the manifest of its files."""

    type, kind = "version_created", "model"
    project: Name
    model: ModelName
    version: Number
    digest: Digest
    files: tuple[File, ...]
    card: ModelCard
    signature: Signature
    schema_digest: Digest
    training_data: TrainingData
    baseline: Digest
    metrics: dict[str, Decimal] = Field(default_factory=dict)
    importance: dict[str, Decimal] = Field(default_factory=dict)
    code_commit: str | None = None
    description: str = ""


class VersionApproved(Fact):
    """Someone who may approve, and did not author it, approved a version."""

    type, kind = "version_approved", "model"
    project: Name
    model: ModelName
    version: Number
    digest: Digest
    comment: str = ""


class AliasSet(Fact):
    """An alias points at a version now; `before` is where it pointed."""

    type, kind = "alias_set", "model"
    project: Name
    model: ModelName
    alias: Name
    version: Number
    before: Number | None = None


class AliasDeleted(Fact):
    """An alias is no more."""

    type, kind = "alias_deleted", "model"
    project: Name
    model: ModelName
    alias: Name
