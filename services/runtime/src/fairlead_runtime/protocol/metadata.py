"""What a replica says of its server and of its model."""

from importlib.metadata import version
from typing import Any

from fairlead_contracts.adapters import Column
from fairlead_contracts.bundle import Bundle

EXTENSIONS = ("binary_tensor_data", "model_repository")


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

    def ready(self, ready: bool) -> dict[str, Any]:
        """Whether the model takes requests."""
        return {"name": self.bundle.plan.deployment, "ready": ready, "live": True}


def _tensor(column: Column) -> dict[str, Any]:
    return {"name": column.name, "datatype": column.datatype, "shape": [-1]}
