"""What the gateway says of itself and of a project's deployments, in the protocol's words."""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

from fairlead_contracts.errors import MethodNotAllowedError, NotFoundError
from fairlead_contracts.routes import RouteTable

_INDEX, _MODELS, _SHOWN = "repository/index", "models", 100


def _metadata() -> dict[str, Any]:
    extensions = ["binary_tensor_data", "model_repository"]
    return {"name": "fairlead", "version": version("fairlead-gateway"), "extensions": extensions}


OPEN: dict[str, Callable[[], dict[str, Any]]] = {
    "": _metadata, "health/live": lambda: {"live": True}, "health/ready": lambda: {"ready": True, "live": True},
}  # fmt: skip
"""What anyone may know."""


def listed(method: str, rest: str, tables: Sequence[RouteTable]) -> Any:
    """The answer to a path about all of a project's deployments, of which `tables` are those that the caller may use.

    Raises: NotFoundError, MethodNotAllowedError.
    """
    if rest == _MODELS and method in ("GET", "HEAD"):
        return {"models": [table.deployment for table in tables]}
    if rest == _INDEX and method == "POST":
        return [each for table in tables for each in _entries(table)]
    if rest in (_INDEX, _MODELS):
        raise MethodNotAllowedError(f"Send a {'POST' if rest == _INDEX else 'GET'}.")
    raise NotFoundError(f"/v2/{rest[:_SHOWN]} is not part of the protocol.")


def _entries(table: RouteTable) -> list[dict[str, str]]:
    versions = sorted({each.version for each in table.replicas if each.role == "champion"})
    return [{"name": table.deployment, "version": str(version), "state": "READY", "reason": ""} for version in versions]
