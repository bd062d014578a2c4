"""The inference paths: `/v2/...` and `/p/{project}/v2/...`."""

from dataclasses import dataclass
from urllib.parse import unquote

_MODELS, _VERSIONS = "models", "versions"


@dataclass(frozen=True)
class Target:
    """What a path asks for: a deployment's endpoint, or the server's own when `deployment` is None.

    `version`: the one that the path names, so that no other answers.
    """

    project: str | None
    deployment: str | None
    rest: str
    version: str | None = None


def is_inference(path: str) -> bool:
    """True for every path of the protocol."""
    parts = path.split("/", 4)
    return parts[1] == "v2" or (parts[1] == "p" and len(parts) > 3 and parts[3] == "v2")  # /p/X/v2


def parse(path: str) -> Target:
    """The parts of an inference path; `rest` is what follows the deployment, or `v2`."""
    parts = path.strip("/").split("/")
    project = None
    if parts[0] == "p":
        project, parts = unquote(parts[1]), parts[2:]
    if len(parts) > 2 and parts[1] == _MODELS:  # v2/models/X
        deployment = unquote(parts[2])
        if len(parts) > 4 and parts[3] == _VERSIONS:  # v2/models/X/versions/N
            return Target(project, deployment, "/".join(parts[5:]), parts[4])
        return Target(project, deployment, "/".join(parts[3:]))
    return Target(project, None, "/".join(parts[1:]))
