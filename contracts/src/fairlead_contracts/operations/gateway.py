"""What the gateway answers itself: artifacts in and out, inference, and what became of an operation."""

from typing import Literal

from fairlead_contracts.inference import InferRequest, InferResponse
from fairlead_contracts.names import Digest, Name, OperationId
from fairlead_contracts.operations import Kind, Operation
from fairlead_contracts.values import Instant, Message

SERVICE = "gateway"


class UploadArtifact(Message):
    """Upload a file under its SHA-256; the bytes are hashed on the way and refused if they differ."""

    project: Name
    digest: Digest


class Stored(Message):
    """An artifact that is stored."""

    digest: Digest
    size: int


class DownloadArtifact(Message):
    """Download a file by its SHA-256."""

    project: Name
    digest: Digest


class Infer(InferRequest):
    """Score rows with a deployment, by the Open Inference Protocol v2."""

    project: Name
    deployment: Name


class GetOperation(Message):
    """Show what became of a change whose answer was lost."""

    operation_id: OperationId


class OperationView(Message):
    """A change's outcome. `unknown`: no such change of yours is on the ledger (yet)."""

    operation_id: str
    state: Literal["accepted", "unknown"]
    operation: str | None = None
    sequence: int | None = None
    time: Instant | None = None


_ARTIFACT = "/api/v1/projects/{project}/artifacts/{digest}"

UPLOAD_ARTIFACT = Operation(
    "upload_artifact", "artifact:upload", SERVICE, Kind.TELEMETRY, UploadArtifact, Stored,
    "PUT", _ARTIFACT, "artifact:{digest}", body="binary",
)  # fmt: skip
DOWNLOAD_ARTIFACT = Operation(
    "download_artifact", "artifact:download", SERVICE, Kind.TELEMETRY, DownloadArtifact, Stored,
    "GET", _ARTIFACT, "artifact:{digest}", body="binary",
)  # fmt: skip
INFER = Operation(
    "infer", "deployment:infer", SERVICE, Kind.INFERENCE, Infer, InferResponse,
    "POST", "/p/{project}/v2/models/{deployment}/infer", "deployment:{deployment}",
)  # fmt: skip
GET_OPERATION = Operation(
    "get_operation", "operation:get", SERVICE, Kind.READ, GetOperation, OperationView,
    "GET", "/api/v1/operations/{operation_id}", "operation:*", open=True,
)  # fmt: skip

OPERATIONS = (UPLOAD_ARTIFACT, DOWNLOAD_ARTIFACT, INFER, GET_OPERATION)
