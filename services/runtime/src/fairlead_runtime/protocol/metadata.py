"""What a replica says of its server and of its model."""

from importlib.metadata import version
from typing import Any

import msgspec
from fairlead_contracts.adapters import Column
from fairlead_contracts.bundle import Bundle

from fairlead_runtime.protocol.requests import typed

EXTENSIONS = ("binary_tensor_data", "model_repository")
_MODELS, _LOADS = "/v2/models/", "/v2/repository/models/"


class IndexRequest(msgspec.Struct):
    """What a client wants of the repository's index."""

    ready: bool = False


_INDEX = msgspec.json.Decoder(IndexRequest)


def index_request(body: bytes) -> IndexRequest:
    """What a body asks of the index; none asks for all. Raises: MalformedBodyError, InvalidRequestError."""
    return typed(_INDEX, body) if body else IndexRequest()


class Metadata:
    """The protocol's metadata of one bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._version = version("fairlead-runtime")

    def bases(self) -> list[bytes]:
        """The paths of the model and of its version."""
        plan = self.bundle.plan
        base = f"/v2/models/{plan.deployment}".encode()
        return [base, b"%b/versions/%d" % (base, plan.version)]

    def server(self) -> dict[str, Any]:
        """The server's metadata."""
        return {"name": "fairlead", "version": self._version, "extensions": list(EXTENSIONS)}

    def model(self) -> dict[str, Any]:
        """The model's metadata."""
        plan, signature = self.bundle.plan, self.bundle.signature
        return {
            "name": plan.deployment,
            "versions": [str(plan.version)],
            "platform": self.bundle.card.framework,
            "inputs": [_tensor(each) for each in signature.inputs],
            "outputs": [_tensor(each) for each in signature.outputs],
        }

    def models(self) -> dict[str, Any]:
        """The names of all models."""
        return {"models": [self.bundle.plan.deployment]}

    def index(self, ready: bool, asked: IndexRequest) -> list[dict[str, Any]]:
        """The repository's index: what is loaded, and whether it takes requests."""
        if asked.ready and not ready:
            return []
        plan = self.bundle.plan
        state, reason = ("READY", "") if ready else ("UNAVAILABLE", "this replica is ending")
        return [{"name": plan.deployment, "version": str(plan.version), "state": state, "reason": reason}]

    def absent(self, path: bytes) -> tuple[int, str, str]:
        """What to say of a path that is none of this replica's: status, detail and code."""
        text, plan = path.decode("latin-1"), self.bundle.plan
        if text.startswith(_LOADS):
            return 501, "a replica loads one version and keeps it; `fairlead deployment` changes it", "not-supported"
        name, _, rest = text.removeprefix(_MODELS).partition("/")
        if text.startswith(_MODELS) and name != plan.deployment:
            return 404, f"this replica serves {plan.deployment} and no other model", "not-found"
        if text.startswith(_MODELS) and rest.startswith("versions/") and rest.split("/")[1] != str(plan.version):
            return 404, f"this replica serves version {plan.version} and no other", "not-found"
        return 404, "this replica has no such path", "not-found"

    def ready(self, ready: bool) -> dict[str, Any]:
        """Whether the model takes requests."""
        return {"name": self.bundle.plan.deployment, "ready": ready, "live": True}


def _tensor(column: Column) -> dict[str, Any]:
    return {"name": column.name, "datatype": column.datatype, "shape": [-1]}
